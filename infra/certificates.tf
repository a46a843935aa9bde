# The server's certificates. Managed by Google and renewed by it, as long as the DNS records of output.dns_records stay.

locals {
  domains = { webhook = var.webhook_domain, auth = var.auth_domain }

  certificate_maps = {
    for front_end, map in google_certificate_manager_certificate_map.front_end :
    front_end => "//certificatemanager.googleapis.com/${map.id}"
  }
}

resource "google_certificate_manager_dns_authorization" "front_end" {
  for_each = local.domains

  name       = each.key
  domain     = each.value
  depends_on = [google_project_service.api]
}

resource "google_certificate_manager_certificate" "front_end" {
  for_each = local.domains

  name = each.key

  managed {
    domains            = [each.value]
    dns_authorizations = [google_certificate_manager_dns_authorization.front_end[each.key].id]
  }
}

# A map a front end: neither answers for the other's name.
resource "google_certificate_manager_certificate_map" "front_end" {
  for_each = local.domains

  name       = each.key
  depends_on = [google_project_service.api]
}

resource "google_certificate_manager_certificate_map_entry" "front_end" {
  for_each = local.domains

  name         = each.key
  map          = google_certificate_manager_certificate_map.front_end[each.key].name
  hostname     = each.value
  certificates = [google_certificate_manager_certificate.front_end[each.key].id]
}

resource "google_compute_ssl_policy" "modern" {
  name            = "modern"
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"
  depends_on      = [google_project_service.api]
}
