# What never reaches a function: other methods, large bodies, floods. The functions check method and size themselves
# too: a body sent in chunks declares no length.

locals {
  limits = {
    webhook = {
      methods             = ["POST"]
      body_bytes          = 1048576
      requests_per_minute = var.requests_per_minute.webhook
      counted_by          = "ALL"
    }
    auth = {
      methods             = ["GET", "HEAD", "POST"]
      body_bytes          = 65536
      requests_per_minute = var.requests_per_minute.auth
      counted_by          = "IP"
    }
  }
}

resource "google_compute_security_policy" "front_end" {
  for_each = local.limits

  name = each.key
  type = "CLOUD_ARMOR"

  rule {
    description = "Methods that nobody needs"
    priority    = 1000
    action      = "deny(403)"

    match {
      expr {
        expression = join(" && ", [for method in each.value.methods : "request.method != '${method}'"])
      }
    }
  }

  rule {
    description = "Bodies that declare to be too large"
    priority    = 1100
    action      = "deny(403)"

    match {
      expr {
        expression = "has(request.headers['content-length']) && int(request.headers['content-length']) > ${each.value.body_bytes}"
      }
    }
  }

  rule {
    description = "Everything else, so many times a minute"
    priority    = 2000
    action      = "throttle"

    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }

    rate_limit_options {
      conform_action = "allow"
      exceed_action  = "deny(429)"
      enforce_on_key = each.value.counted_by

      rate_limit_threshold {
        count        = each.value.requests_per_minute
        interval_sec = 60
      }
    }
  }

  rule {
    description = "Nothing gets here"
    priority    = 2147483647
    action      = "deny(403)"

    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }

  depends_on = [google_project_service.api]
}
