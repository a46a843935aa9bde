# The way in for people: no client certificate, no way to the webhook.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id      = "example"
  region          = "europe-west1"
  webhook_domain  = "webhook.example.com"
  auth_domain     = "auth.example.com"
  lb_attestations = ["0123456789abcdef0123456789abcdef"]
}

run "the_way_in_for_people" {
  assert {
    condition     = google_compute_target_https_proxy.auth.server_tls_policy == null
    error_message = "A browser has no client certificate: auth must not ask for one."
  }

  assert {
    condition = alltrue([
      for group in google_compute_region_network_endpoint_group.auth : group.cloud_run[0].service == google_cloud_run_v2_service.function["auth"].name
    ])
    error_message = "The front end without client certificates leads to something else than auth."
  }

  assert {
    condition = (
      google_compute_target_https_proxy.auth.url_map == google_compute_url_map.auth.id &&
      google_compute_url_map.auth.default_service == google_compute_backend_service.auth["live"].id &&
      google_compute_url_map.auth.path_matcher[0].default_service == google_compute_backend_service.auth["live"].id &&
      google_compute_url_map.auth.path_matcher[0].route_rules[0].service == google_compute_backend_service.auth["candidate"].id
    )
    error_message = "People get the live revision of auth."
  }

  assert {
    condition = (
      google_compute_global_address.auth.id != google_compute_global_address.webhook.id &&
      google_compute_global_forwarding_rule.auth.ip_address == google_compute_global_address.auth.id
    )
    error_message = "auth has an address of its own."
  }

  assert {
    condition = (
      google_compute_target_https_proxy.auth.ssl_policy == google_compute_ssl_policy.modern.id &&
      google_compute_target_https_proxy.auth.tls_early_data == "DISABLED"
    )
    error_message = "auth admits old versions of TLS, or early data, which can be replayed."
  }

  assert {
    condition = (
      google_compute_global_forwarding_rule.auth_redirect.port_range == "80" &&
      google_compute_target_http_proxy.auth_redirect.url_map == google_compute_url_map.auth_redirect.id &&
      google_compute_url_map.auth_redirect.default_service == null &&
      google_compute_url_map.auth_redirect.default_url_redirect[0].https_redirect
    )
    error_message = "HTTP is there to redirect to HTTPS, and for nothing else."
  }

  assert {
    condition = alltrue([
      for service in google_compute_backend_service.auth :
      service.security_policy == google_compute_security_policy.front_end["auth"].id
    ])
    error_message = "A backend service of auth has no security policy."
  }

  assert {
    condition     = [for rule in google_compute_security_policy.front_end["auth"].rule : rule.rate_limit_options[0].enforce_on_key if rule.action == "throttle"] == ["IP"]
    error_message = "People's requests are limited by address: one must not lock out the others."
  }

  assert {
    condition = alltrue([
      for scheme in concat([google_compute_global_forwarding_rule.auth.load_balancing_scheme, google_compute_global_forwarding_rule.auth_redirect.load_balancing_scheme], [for service in google_compute_backend_service.auth :
      service.load_balancing_scheme]) : scheme == "EXTERNAL_MANAGED"
    ])
    error_message = "The load balancing scheme's default differs between the provider's versions."
  }
}

run "each_name_has_its_certificate" {
  assert {
    condition = alltrue([
      for front_end, domain in { webhook = "webhook.example.com", auth = "auth.example.com" } :
      google_certificate_manager_certificate.front_end[front_end].managed[0].domains == tolist([domain]) &&
      google_certificate_manager_certificate.front_end[front_end].managed[0].dns_authorizations == tolist([google_certificate_manager_dns_authorization.front_end[front_end].id]) &&
      google_certificate_manager_dns_authorization.front_end[front_end].domain == domain &&
      google_certificate_manager_certificate_map_entry.front_end[front_end].hostname == domain &&
      google_certificate_manager_certificate_map_entry.front_end[front_end].certificates == tolist([google_certificate_manager_certificate.front_end[front_end].id])
    ])
    error_message = "Each front end has a managed certificate for its own name, authorised by DNS."
  }

  assert {
    condition     = google_compute_target_https_proxy.auth.certificate_map == "//certificatemanager.googleapis.com/${google_certificate_manager_certificate_map.front_end["auth"].id}"
    error_message = "auth's proxy has not its certificate map."
  }

  assert {
    condition     = length(output.dns_records) == 4
    error_message = "The operator needs an address and an authorisation record for each name."
  }
}

run "one_name_cannot_serve_both" {
  command = plan

  variables {
    auth_domain = "webhook.example.com"
  }

  expect_failures = [var.auth_domain]
}

run "a_domain_is_no_url" {
  command = plan

  variables {
    webhook_domain = "https://webhook.example.com/"
  }

  expect_failures = [var.webhook_domain]
}
