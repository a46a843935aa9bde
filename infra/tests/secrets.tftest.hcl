# The attestation and its rotation; the other secrets, whose values Terraform does not know.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id     = "example"
  region         = "europe-west1"
  webhook_domain = "webhook.example.com"
  auth_domain    = "auth.example.com"
}

run "before_the_rotation" {
  variables {
    lb_attestations = ["0123456789abcdef-the-old-one-0123"]
  }

  assert {
    condition     = one([for env in google_cloud_run_v2_service.function["webhook"].template[0].containers[0].env : env.value if env.name == "LB_ATTESTATION"]) == "env:LB_ATTESTATION_1"
    error_message = "The webhook accepts the one value."
  }
}

run "while_rotating" {
  variables {
    lb_attestations = ["0123456789abcdef-the-new-one-0123", "0123456789abcdef-the-old-one-0123"]
  }

  assert {
    condition = alltrue([
      for service in google_compute_backend_service.webhook :
      contains(nonsensitive(service.custom_request_headers), "X-Lb-Attestation:0123456789abcdef-the-new-one-0123")
    ])
    error_message = "The first value is the one sent."
  }

  assert {
    condition = alltrue([
      for service in google_compute_backend_service.webhook :
      length([for header in nonsensitive(service.custom_request_headers) : header if startswith(header, "X-Lb-Attestation:")]) == 1
    ])
    error_message = "One value is sent, never two."
  }

  assert {
    condition     = one([for env in google_cloud_run_v2_service.function["webhook"].template[0].containers[0].env : env.value if env.name == "LB_ATTESTATION"]) == "env:LB_ATTESTATION_1,env:LB_ATTESTATION_2"
    error_message = "Both values are accepted."
  }

  assert {
    condition = toset([for env in google_cloud_run_v2_service.function["webhook"].template[0].containers[0].env : env.value_source[0].secret_key_ref[0].version if startswith(env.name, "LB_ATTESTATION_")]) == toset([
      for version in google_secret_manager_secret_version.lb_attestation : version.version
    ])
    error_message = "A change of the values makes a new revision: they are mounted by their version's number."
  }

  assert {
    condition     = toset([for version in google_secret_manager_secret_version.lb_attestation : nonsensitive(version.secret_data)]) == toset(["0123456789abcdef-the-new-one-0123", "0123456789abcdef-the-old-one-0123"])
    error_message = "Secret Manager holds what the load balancer sends."
  }

  # Revisions that are running refer to the old value's version: it must not be made anew in another place.
  assert {
    condition     = nonsensitive(google_secret_manager_secret_version.lb_attestation[substr(sha256("0123456789abcdef-the-old-one-0123"), 0, 8)].secret_data) == "0123456789abcdef-the-old-one-0123"
    error_message = "A value's version is not addressed by the value, so that adding another replaces it."
  }
}

run "a_short_attestation_is_refused" {
  command = plan

  variables {
    lb_attestations = ["0123456789abcdef0123456789abcde"]
  }

  expect_failures = [var.lb_attestations]
}

run "an_attestation_with_white_space_is_refused" {
  command = plan

  variables {
    lb_attestations = ["0123456789abcdef 0123456789abcdef"]
  }

  expect_failures = [var.lb_attestations]
}

run "an_attestation_that_the_load_balancer_would_expand_is_refused" {
  command = plan

  variables {
    lb_attestations = ["{client_cert_sha256_fingerprint}_"]
  }

  expect_failures = [var.lb_attestations]
}

run "three_attestations_are_refused" {
  command = plan

  variables {
    lb_attestations = ["0123456789abcdef0123456789abcdef", "1123456789abcdef0123456789abcdef", "2123456789abcdef0123456789abcdef"]
  }

  expect_failures = [var.lb_attestations]
}

run "a_secret_for_each_authentication_service" {
  variables {
    lb_attestations              = ["0123456789abcdef0123456789abcdef"]
    authentication_services_file = "tests/authentication-services.json"
  }

  assert {
    condition     = toset(output.secrets_to_set) == toset(["google-client-secret", "login-client-secret", "session-keys", "token-keys"])
    error_message = "Each secret that the services file names is made, once."
  }

  assert {
    condition = alltrue([
      for name in ["webhook", "auth", "retention"] : one([
        for env in google_cloud_run_v2_service.function[name].template[0].containers[0].env : env.value_source[0].secret_key_ref[0].secret if env.name == "LOGIN_CLIENT_SECRET"
      ]) == "login-client-secret"
    ])
    error_message = "The functions that speak to identity providers have the services' secrets."
  }

  assert {
    condition     = one([for env in google_cloud_run_v2_service.function["auth"].template[0].containers[0].env : env.value if env.name == "AUTHENTICATION_SERVICES_JSON"]) == file("tests/authentication-services.json")
    error_message = "auth is not told the services."
  }

  assert {
    condition = alltrue([
      for name, version in google_secret_manager_secret_version.unset :
      nonsensitive(version.secret_data) == (name == "channel-credentials" ? "{}" : "unset")
    ])
    error_message = "Terraform knows a secret's value."
  }
}
