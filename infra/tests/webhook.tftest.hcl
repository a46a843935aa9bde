# The way in for Dialogflow: mutual TLS, headers that the load balancer overwrites, and no other way in.

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

run "the_way_in_for_dialogflow" {
  # It asks for a client certificate.

  assert {
    condition     = google_compute_target_https_proxy.webhook.server_tls_policy == google_network_security_server_tls_policy.dialogflow.id
    error_message = "The TLS policy is not attached to the webhook's HTTPS proxy: anybody may connect."
  }

  assert {
    condition     = google_network_security_server_tls_policy.dialogflow.mtls_policy[0].client_validation_mode == "REJECT_INVALID"
    error_message = "Connections without a valid client certificate are not refused."
  }

  assert {
    condition     = google_network_security_server_tls_policy.dialogflow.allow_open == false
    error_message = "The TLS policy admits plain text."
  }

  assert {
    condition     = google_network_security_server_tls_policy.dialogflow.mtls_policy[0].client_validation_trust_config == "projects/123456789012/locations/global/trustConfigs/${google_certificate_manager_trust_config.dialogflow.name}"
    error_message = "The TLS policy does not name our trust config by the project's number."
  }

  # It trusts both profiles until the sunset.

  assert {
    condition = toset([
      for anchor in google_certificate_manager_trust_config.dialogflow.trust_stores[0].trust_anchors : nonsensitive(anchor.pem_certificate)
      ]) == toset([
      for file in ["ssl-com-root-rsa", "gts-root-r1", "gts-root-r2", "gts-root-r3", "gts-root-r4"] : file("trust/${file}.pem")
    ])
    error_message = "The trust config does not hold the anchors of both profiles, and those alone."
  }

  assert {
    condition     = length(google_certificate_manager_trust_config.dialogflow.allowlisted_certificates) == 0
    error_message = "An allow-listed certificate is accepted without any chain."
  }

  assert {
    condition     = one([for env in google_cloud_run_v2_service.function["webhook"].template[0].containers[0].env : env.value if env.name == "PEER_PROFILES"]) == "gts-legacy,sslcom"
    error_message = "The webhook does not look for the profiles that the load balancer trusts."
  }

  # It tells the webhook about the certificate.

  assert {
    condition     = length(google_compute_backend_service.webhook) == 2
    error_message = "The webhook has a live backend service and one for the candidate."
  }

  assert {
    condition = alltrue([
      for service in google_compute_backend_service.webhook : alltrue([
        for header, variable in jsondecode(file("peer-certificate-headers.json")) :
        contains(nonsensitive(service.custom_request_headers), "${header}:{${variable}}")
      ])
    ])
    error_message = "A backend service does not set every header of peer-certificate-headers.json: the webhook would believe the client's."
  }

  assert {
    condition = alltrue([
      for service in google_compute_backend_service.webhook :
      contains(nonsensitive(service.custom_request_headers), "X-Lb-Attestation:0123456789abcdef0123456789abcdef")
    ])
    error_message = "A backend service does not attest that a call came through it."
  }

  assert {
    condition = alltrue([
      for service in google_compute_backend_service.webhook :
      length(service.custom_request_headers) <= 16 && length(join("", nonsensitive(service.custom_request_headers))) <= 8192
    ])
    error_message = "A backend service takes 16 headers of 8 KB at most."
  }

  # It leads to the webhook and nowhere else.

  assert {
    condition = alltrue([
      for group in google_compute_region_network_endpoint_group.webhook :
      group.network_endpoint_type == "SERVERLESS" && group.cloud_run[0].service == google_cloud_run_v2_service.function["webhook"].name
    ])
    error_message = "A backend of the webhook is not the webhook."
  }

  assert {
    condition = (
      google_compute_region_network_endpoint_group.webhook["live"].cloud_run[0].tag == null &&
      google_compute_region_network_endpoint_group.webhook["candidate"].cloud_run[0].tag == "candidate"
    )
    error_message = "The live backend follows the traffic, the candidate's the tag."
  }

  assert {
    condition = (
      google_compute_url_map.webhook.default_service == google_compute_backend_service.webhook["live"].id &&
      google_compute_url_map.webhook.path_matcher[0].default_service == google_compute_backend_service.webhook["live"].id &&
      google_compute_url_map.webhook.path_matcher[0].route_rules[0].service == google_compute_backend_service.webhook["candidate"].id &&
      google_compute_url_map.webhook.path_matcher[0].route_rules[0].match_rules[0].header_matches[0].exact_match == "candidate"
    )
    error_message = "Calls go to the live revision, unless they ask for the candidate."
  }

  assert {
    condition     = google_compute_target_https_proxy.webhook.url_map == google_compute_url_map.webhook.id
    error_message = "The webhook's proxy does not use its URL map."
  }

  # It speaks modern HTTPS only.

  assert {
    condition = (
      google_compute_global_forwarding_rule.webhook.target == google_compute_target_https_proxy.webhook.id &&
      google_compute_global_forwarding_rule.webhook.port_range == "443"
    )
    error_message = "The webhook listens on 443, at its HTTPS proxy."
  }

  assert {
    condition     = google_compute_global_address.webhook.id != google_compute_global_forwarding_rule.auth_redirect.ip_address
    error_message = "The redirect from HTTP is for people; the webhook's address has none."
  }

  assert {
    condition = alltrue([
      for scheme in concat(
        [google_compute_global_forwarding_rule.webhook.load_balancing_scheme],
        [for service in google_compute_backend_service.webhook : service.load_balancing_scheme],
      ) : scheme == "EXTERNAL_MANAGED"
    ])
    error_message = "Only the global external load balancer knows the certificate's variables, and the default differs between the provider's versions."
  }

  assert {
    condition = (
      google_compute_target_https_proxy.webhook.ssl_policy == google_compute_ssl_policy.modern.id &&
      google_compute_ssl_policy.modern.profile == "MODERN" &&
      google_compute_ssl_policy.modern.min_tls_version == "TLS_1_2"
    )
    error_message = "The webhook's proxy admits old versions of TLS."
  }

  assert {
    condition     = google_compute_target_https_proxy.webhook.tls_early_data == "DISABLED"
    error_message = "Early data can be replayed."
  }

  assert {
    condition     = google_compute_target_https_proxy.webhook.certificate_map == "//certificatemanager.googleapis.com/${google_certificate_manager_certificate_map.front_end["webhook"].id}"
    error_message = "The webhook's proxy has not its certificate map."
  }

  # It is shielded by Cloud Armor.

  assert {
    condition = alltrue([
      for service in google_compute_backend_service.webhook :
      service.security_policy == google_compute_security_policy.front_end["webhook"].id
    ])
    error_message = "A backend service of the webhook has no security policy."
  }

  assert {
    condition = contains(
      [for rule in google_compute_security_policy.front_end["webhook"].rule : rule.match[0].expr[0].expression if rule.action == "deny(403)" && length(rule.match[0].expr) > 0],
      "request.method != 'POST'",
    )
    error_message = "Other methods than POST reach the webhook."
  }

  assert {
    condition = length([
      for rule in google_compute_security_policy.front_end["webhook"].rule : rule
      if rule.action == "deny(403)" && length(rule.match[0].expr) > 0 && strcontains(try(rule.match[0].expr[0].expression, ""), "content-length")
    ]) == 1
    error_message = "Bodies of any size reach the webhook."
  }

  assert {
    condition = [
      for rule in google_compute_security_policy.front_end["webhook"].rule : [rule.rate_limit_options[0].enforce_on_key, rule.rate_limit_options[0].rate_limit_threshold[0].count]
      if rule.action == "throttle"
    ] == [["ALL", 6000]]
    error_message = "The webhook's calls are not limited, or are counted by address, which Dialogflow's customers share."
  }

  assert {
    condition     = [for rule in google_compute_security_policy.front_end["webhook"].rule : rule.action if rule.priority == 2147483647] == ["deny(403)"]
    error_message = "What no rule names is let through."
  }
}

run "drops_the_legacy_profile" {
  variables {
    peer_profiles = ["sslcom"]
  }

  assert {
    condition     = [for anchor in google_certificate_manager_trust_config.dialogflow.trust_stores[0].trust_anchors : nonsensitive(anchor.pem_certificate)] == [file("trust/ssl-com-root-rsa.pem")]
    error_message = "The legacy anchors are still trusted."
  }

  assert {
    condition     = one([for env in google_cloud_run_v2_service.function["webhook"].template[0].containers[0].env : env.value if env.name == "PEER_PROFILES"]) == "sslcom"
    error_message = "The webhook still accepts the legacy profile."
  }
}

run "refuses_an_unknown_profile" {
  command = plan

  variables {
    peer_profiles = ["sslcom", "selfsigned"]
  }

  expect_failures = [var.peer_profiles]
}
