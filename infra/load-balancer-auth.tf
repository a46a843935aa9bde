# The way in for people: a browser has no client certificate, so this front end has no TLS policy. It leads to auth only.

locals {
  # Each backend by the Cloud Run tag it follows: the live one follows the traffic, the candidate the latest deployment.
  revisions = { live = null, candidate = "candidate" }
}

resource "google_compute_global_address" "auth" {
  name       = "auth"
  depends_on = [google_project_service.api]
}

resource "google_compute_global_forwarding_rule" "auth" {
  name                  = "auth"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.auth.id
  port_range            = "443"
  target                = google_compute_target_https_proxy.auth.id
}

resource "google_compute_target_https_proxy" "auth" {
  name            = "auth"
  url_map         = google_compute_url_map.auth.id
  certificate_map = local.certificate_maps.auth
  ssl_policy      = google_compute_ssl_policy.modern.id
  # Early data can be replayed: not for a page that takes codes.
  tls_early_data = "DISABLED"
}

resource "google_compute_url_map" "auth" {
  name            = "auth"
  default_service = google_compute_backend_service.auth["live"].id

  host_rule {
    hosts        = ["*"]
    path_matcher = "revision"
  }

  path_matcher {
    name            = "revision"
    default_service = google_compute_backend_service.auth["live"].id

    route_rules {
      priority = 1
      service  = google_compute_backend_service.auth["candidate"].id

      match_rules {
        prefix_match = "/"

        header_matches {
          header_name = "X-Revision"
          exact_match = "candidate"
        }
      }
    }
  }
}

resource "google_compute_backend_service" "auth" {
  for_each = local.revisions

  name                  = "auth-${each.key}"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  security_policy       = google_compute_security_policy.front_end["auth"].id

  backend {
    group = google_compute_region_network_endpoint_group.auth[each.key].id
  }

  # Its URLs carry the state and the code of a sign-in.
  log_config {
    enable = false
  }
}

resource "google_compute_region_network_endpoint_group" "auth" {
  for_each = local.revisions

  name                  = "auth-${each.key}"
  region                = var.region
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = google_cloud_run_v2_service.function["auth"].name
    tag     = each.value
  }
}

# Whoever types the host name without https:// is sent there.

resource "google_compute_global_forwarding_rule" "auth_redirect" {
  name                  = "auth-redirect"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.auth.id
  port_range            = "80"
  target                = google_compute_target_http_proxy.auth_redirect.id
}

resource "google_compute_target_http_proxy" "auth_redirect" {
  name    = "auth-redirect"
  url_map = google_compute_url_map.auth_redirect.id
}

resource "google_compute_url_map" "auth_redirect" {
  name = "auth-redirect"

  default_url_redirect {
    https_redirect         = true
    redirect_response_code = "MOVED_PERMANENTLY_DEFAULT"
    strip_query            = true
  }
}
