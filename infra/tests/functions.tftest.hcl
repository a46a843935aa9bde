# The functions: who may reach them, who they are, what they are told.

mock_provider "google" {
  source = "./tests/mocks"

  override_resource {
    target = google_service_account.function["webhook"]
    values = {
      name   = "projects/example/serviceAccounts/function-webhook@example.iam.gserviceaccount.com"
      email  = "function-webhook@example"
      member = "serviceAccount:function-webhook@example.iam.gserviceaccount.com"
    }
  }
  override_resource {
    target = google_service_account.function["retention"]
    values = {
      name   = "projects/example/serviceAccounts/function-retention@example.iam.gserviceaccount.com"
      email  = "function-retention@example"
      member = "serviceAccount:function-retention@example.iam.gserviceaccount.com"
    }
  }
  override_resource {
    target = google_service_account.function["notify"]
    values = {
      name   = "projects/example/serviceAccounts/function-notify@example.iam.gserviceaccount.com"
      email  = "function-notify@example"
      member = "serviceAccount:function-notify@example.iam.gserviceaccount.com"
    }
  }
  override_resource {
    target = google_service_account.caller["notify"]
    values = {
      name   = "projects/example/serviceAccounts/call-notify@example.iam.gserviceaccount.com"
      email  = "call-notify@example"
      member = "serviceAccount:call-notify@example.iam.gserviceaccount.com"
    }
  }
  override_resource {
    target = google_service_account.caller["retention"]
    values = {
      name   = "projects/example/serviceAccounts/call-retention@example.iam.gserviceaccount.com"
      email  = "call-retention@example"
      member = "serviceAccount:call-retention@example.iam.gserviceaccount.com"
    }
  }
}

variables {
  project_id      = "example"
  region          = "europe-west1"
  webhook_domain  = "webhook.example.com"
  auth_domain     = "auth.example.com"
  lb_attestations = ["0123456789abcdef0123456789abcdef"]
}

run "verified_in_code" {
  # Who may reach them.

  assert {
    condition = alltrue([
      for name in ["webhook", "auth"] :
      google_cloud_run_v2_service.function[name].ingress == "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" && google_cloud_run_v2_service.function[name].default_uri_disabled
    ])
    error_message = "webhook and auth can be reached past the load balancer."
  }

  assert {
    condition = alltrue([
      for name in ["notify", "retention"] :
      google_cloud_run_v2_service.function[name].ingress == "INGRESS_TRAFFIC_INTERNAL_ONLY" && google_cloud_run_v2_service.function[name].invoker_iam_disabled != true
    ])
    error_message = "notify and retention can be reached from outside, or by anybody."
  }

  assert {
    condition = (
      google_cloud_run_v2_service.function["webhook"].invoker_iam_disabled &&
      google_cloud_run_v2_service.function["auth"].invoker_iam_disabled
    )
    error_message = "The invoker check would replace the token's signature before the webhook sees it, and keep people from auth."
  }

  assert {
    condition = { for name, binding in google_cloud_run_v2_service_iam_member.caller : name => [binding.name, binding.role, binding.member] } == {
      notify    = ["notify", "roles/run.invoker", "serviceAccount:call-notify@example.iam.gserviceaccount.com"]
      retention = ["retention", "roles/run.invoker", "serviceAccount:call-retention@example.iam.gserviceaccount.com"]
    }
    error_message = "notify and retention have one caller each."
  }

  assert {
    condition     = length(google_cloud_run_v2_service_iam_member.dialogflow) == 0
    error_message = "Where the webhook verifies, Cloud Run admits nobody by IAM."
  }

  # Who they are.

  assert {
    condition = (
      google_cloud_run_v2_service.function["webhook"].template[0].service_account == "function-webhook@example" &&
      google_cloud_run_v2_service.function["retention"].template[0].service_account == "function-retention@example" &&
      toset(keys(google_service_account.function)) == toset(keys(google_cloud_run_v2_service.function))
    )
    error_message = "Each function has a service account of its own."
  }

  assert {
    condition = alltrue([
      for binding in google_project_iam_member.function_store :
      binding.role == "roles/datastore.user" && binding.condition[0].expression == "resource.name == '${google_firestore_database.store.id}'"
    ])
    error_message = "The functions use their own database and no other."
  }

  assert {
    condition = toset([for binding in google_secret_manager_secret_iam_member.function : "${binding.role} ${binding.member}" if binding.secret_id == google_secret_manager_secret.secret["lb-attestation"].id]) == toset([
      "roles/secretmanager.secretAccessor serviceAccount:function-webhook@example.iam.gserviceaccount.com",
    ])
    error_message = "The attestation is for the webhook alone."
  }

  # What they are told.

  assert {
    condition = { for env in google_cloud_run_v2_service.function["webhook"].template[0].containers[0].env : env.name => env.value if length(env.value_source) == 0 } == {
      AUTHENTICATION_SERVICES      = "env:AUTHENTICATION_SERVICES_JSON"
      AUTHENTICATION_SERVICES_JSON = "{\"services\":[]}"
      AUTH_BASE_URL                = "https://auth.example.com"
      CHANNEL_ACCOUNT_LINKING      = "off"
      CHANNEL_CONNECTORS           = ""
      DIALOGFLOW_PROJECTS          = "example=service-123456789012@gcp-sa-dialogflow.iam.gserviceaccount.com"
      DIALOGFLOW_SERVICE_AGENTS    = "service-123456789012@gcp-sa-dialogflow.iam.gserviceaccount.com"
      GOOGLE_CLOUD_PROJECT         = "example"
      IDENTITY_TOKEN_MODE          = "verify"
      LB_ATTESTATION               = "env:LB_ATTESTATION_1"
      LINKED_CHANNELS              = ""
      NODE_ENV                     = "production"
      PEER_PROFILES                = "gts-legacy,sslcom"
      SESSION_KEYS                 = "env:SESSION_KEYS_VALUE"
      STORE                        = "firestore:fulfillment"
      TOKEN_KEYS                   = "env:TOKEN_KEYS_VALUE"
      UNIFIED_DATA_RETENTION_DAYS  = ""
      WEBHOOK_AUDIENCES            = "https://webhook.example.com/,https://webhook.example.com"
      WEBHOOK_DEADLINE_MS          = "4500"
    }
    error_message = "The webhook's configuration is not the one of the README's table."
  }

  assert {
    condition = { for env in google_cloud_run_v2_service.function["webhook"].template[0].containers[0].env : env.name => env.value_source[0].secret_key_ref[0].secret if length(env.value_source) > 0 } == {
      LB_ATTESTATION_1   = "lb-attestation"
      SESSION_KEYS_VALUE = "session-keys"
      TOKEN_KEYS_VALUE   = "token-keys"
    }
    error_message = "The webhook's secrets are not mounted by the platform."
  }

  assert {
    condition = { for env in google_cloud_run_v2_service.function["retention"].template[0].containers[0].env : env.name => env.value if contains(["IDENTITY_TOKEN_MODE", "RETENTION_AUDIENCES", "RETENTION_CALLERS"], env.name) } == {
      IDENTITY_TOKEN_MODE = "platform"
      RETENTION_AUDIENCES = "https://retention-123456789012.europe-west1.run.app"
      RETENTION_CALLERS   = "call-retention@example"
    }
    error_message = "Retention is not told what it is called with."
  }

  assert {
    condition = { for env in google_cloud_run_v2_service.function["notify"].template[0].containers[0].env : env.name => env.value if length(env.value_source) == 0 } == {
      CHANNEL_CREDENTIALS  = "env:CHANNEL_CREDENTIALS_VALUE"
      GOOGLE_CLOUD_PROJECT = "example"
      IDENTITY_TOKEN_MODE  = "platform"
      NODE_ENV             = "production"
      NOTIFY_AUDIENCES     = "https://notify-123456789012.europe-west1.run.app"
      NOTIFY_CALLERS       = "call-notify@example"
      STORE                = "firestore:fulfillment"
      TOKEN_KEYS           = "env:TOKEN_KEYS_VALUE"
    }
    error_message = "Notify is not told what it is called with."
  }

  assert {
    condition = toset([for binding in google_secret_manager_secret_iam_member.function : binding.member if binding.secret_id == google_secret_manager_secret.secret["channel-credentials"].id]) == toset([
      "serviceAccount:function-notify@example.iam.gserviceaccount.com",
    ])
    error_message = "The channels' credentials are for notify alone."
  }

  assert {
    condition = alltrue([
      for function in google_cloud_run_v2_service.function :
      function.template[0].containers[0].resources[0].startup_cpu_boost && function.template[0].scaling[0].max_instance_count == 20
    ])
    error_message = "A function starts without CPU boost, or scales without bounds."
  }

  assert {
    condition     = google_cloud_run_v2_service.function["webhook"].template[0].timeout == "10s"
    error_message = "The webhook's requests outlive its deadline by 5 seconds and no more."
  }

  assert {
    condition     = alltrue([for function in google_cloud_run_v2_service.function : function.deletion_protection])
    error_message = "A function can be destroyed by mistake."
  }
}

run "channel_accounts_linked" {
  variables {
    channel_connectors      = ["twilio", "microsoft_teams"]
    channel_account_linking = { channels = ["slack", "twilio"], retention_days = 90 }
  }

  assert {
    condition = alltrue([
      for function in ["webhook", "retention"] :
      { for env in google_cloud_run_v2_service.function[function].template[0].containers[0].env : env.name => env.value if contains(["CHANNEL_ACCOUNT_LINKING", "LINKED_CHANNELS", "UNIFIED_DATA_RETENTION_DAYS"], env.name) } == {
        CHANNEL_ACCOUNT_LINKING     = "on"
        LINKED_CHANNELS             = "slack,twilio"
        UNIFIED_DATA_RETENTION_DAYS = "90"
      }
    ])
    error_message = "Linking is not the same for the whole instance."
  }

  assert {
    condition     = one([for env in google_cloud_run_v2_service.function["webhook"].template[0].containers[0].env : env.value if env.name == "CHANNEL_CONNECTORS"]) == "microsoft_teams,twilio"
    error_message = "The webhook does not know the connectors."
  }
}

run "channel_accounts_kept_indefinitely" {
  variables {
    channel_account_linking = {}
  }

  assert {
    condition = { for env in google_cloud_run_v2_service.function["retention"].template[0].containers[0].env : env.name => env.value if contains(["CHANNEL_ACCOUNT_LINKING", "LINKED_CHANNELS", "UNIFIED_DATA_RETENTION_DAYS"], env.name) } == {
      CHANNEL_ACCOUNT_LINKING     = "on"
      LINKED_CHANNELS             = "microsoft_teams,slack,twilio"
      UNIFIED_DATA_RETENTION_DAYS = ""
    }
    error_message = "Without retention_days, unified data is kept indefinitely."
  }
}

run "kept_for_too_short" {
  command = plan

  variables {
    channel_account_linking = { retention_days = 6 }
  }

  expect_failures = [var.channel_account_linking]
}

run "kept_for_too_long" {
  command = plan

  variables {
    channel_account_linking = { retention_days = 1101 }
  }

  expect_failures = [var.channel_account_linking]
}

run "verified_by_the_platform" {
  variables {
    identity_token_mode       = "platform"
    dialogflow_service_agents = ["service-210987654321@gcp-sa-dialogflow.iam.gserviceaccount.com"]
    webhook_audiences         = ["https://webhook.example.com/v2"]
  }

  assert {
    condition     = google_cloud_run_v2_service.function["webhook"].invoker_iam_disabled == false
    error_message = "The webhook relies on a check that is switched off: anybody's token would do."
  }

  assert {
    condition     = google_cloud_run_v2_service.function["webhook"].custom_audiences == tolist(["https://webhook.example.com/v2"])
    error_message = "Cloud Run does not know the audience."
  }

  assert {
    condition = [for binding in google_cloud_run_v2_service_iam_member.dialogflow : [binding.name, binding.role, binding.member]] == [
      ["webhook", "roles/run.invoker", "serviceAccount:service-210987654321@gcp-sa-dialogflow.iam.gserviceaccount.com"],
    ]
    error_message = "Our agents' service agents, and nobody else, may call."
  }

  assert {
    condition = { for env in google_cloud_run_v2_service.function["webhook"].template[0].containers[0].env : env.name => env.value if contains(["IDENTITY_TOKEN_MODE", "WEBHOOK_AUDIENCES", "DIALOGFLOW_SERVICE_AGENTS"], env.name) } == {
      IDENTITY_TOKEN_MODE       = "platform"
      WEBHOOK_AUDIENCES         = "https://webhook.example.com/v2"
      DIALOGFLOW_SERVICE_AGENTS = "service-210987654321@gcp-sa-dialogflow.iam.gserviceaccount.com"
    }
    error_message = "The webhook is not told that the platform verifies."
  }
}

run "no_person_is_a_service_agent" {
  command = plan

  variables {
    dialogflow_service_agents = ["somebody@example.com"]
  }

  expect_failures = [var.dialogflow_service_agents]
}

run "there_is_no_third_mode" {
  command = plan

  variables {
    identity_token_mode = "off"
  }

  expect_failures = [var.identity_token_mode]
}
