# The way in for Dialogflow: mutual TLS, and nothing but HTTPS.
#
# address :443 ─► HTTPS proxy (TLS policy) ─► URL map ─► backend service (headers, Cloud Armor) ─► Cloud Run

resource "google_compute_global_address" "webhook" {
  name       = "webhook"
  depends_on = [google_project_service.api]
}

resource "google_compute_global_forwarding_rule" "webhook" {
  name                  = "webhook"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.webhook.id
  port_range            = "443"
  target                = google_compute_target_https_proxy.webhook.id
}

resource "google_compute_target_https_proxy" "webhook" {
  name              = "webhook"
  url_map           = google_compute_url_map.webhook.id
  certificate_map   = local.certificate_maps.webhook
  ssl_policy        = google_compute_ssl_policy.modern.id
  server_tls_policy = google_network_security_server_tls_policy.dialogflow.id # client certificates: client-trust.tf
  tls_early_data    = "DISABLED"
  quic_override     = "DISABLE"
}

resource "google_compute_url_map" "webhook" {
  name            = "webhook"
  default_service = google_compute_backend_service.webhook["live"].id

  host_rule {
    hosts        = ["*"]
    path_matcher = "revision"
  }

  path_matcher {
    name            = "revision"
    default_service = google_compute_backend_service.webhook["live"].id

    # How the smoke test reaches a revision that has no traffic yet. Others may too: it verifies as the live one does.
    route_rules {
      priority = 1
      service  = google_compute_backend_service.webhook["candidate"].id

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

resource "google_compute_backend_service" "webhook" {
  for_each = local.revisions

  name                   = "webhook-${each.key}"
  load_balancing_scheme  = "EXTERNAL_MANAGED"
  protocol               = "HTTPS"
  security_policy        = google_compute_security_policy.front_end["webhook"].id
  custom_request_headers = local.webhook_request_headers

  backend {
    group = google_compute_region_network_endpoint_group.webhook[each.key].id
  }

  log_config {
    enable      = true
    sample_rate = 1
  }
}

resource "google_compute_region_network_endpoint_group" "webhook" {
  for_each = local.revisions

  name                  = "webhook-${each.key}"
  region                = var.region
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = google_cloud_run_v2_service.function["webhook"].name
    tag     = each.value
  }
}
