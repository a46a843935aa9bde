# What is optional: the build trigger, an existing agent, a sample agent.

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

run "none_by_default" {
  assert {
    condition = alltrue([for made in [
      google_cloudbuild_trigger.push, google_dialogflow_agent.sample, google_dialogflow_cx_agent.sample, google_dialogflow_fulfillment.webhook,
      google_dialogflow_cx_webhook.webhook, google_project_iam_member.deployer_agent, google_monitoring_notification_channel.email,
    ] : length(made) == 0])
    error_message = "Something optional is made unasked."
  }
}

run "build_trigger" {
  variables {
    build_trigger = { repository = "projects/example/locations/europe-west1/connections/forge/repositories/fulfillment" }
  }

  assert {
    condition = (
      google_cloudbuild_trigger.push[0].filename == "cloudbuild.yaml" &&
      google_cloudbuild_trigger.push[0].service_account == google_service_account.deployer.id
    )
    error_message = "The trigger runs cloudbuild.yaml as the deployer."
  }

  assert {
    condition = google_cloudbuild_trigger.push[0].substitutions == tomap({
      _REGION = "europe-west1", _WEBHOOK_DOMAIN = "webhook.example.com", _AUTH_DOMAIN = "auth.example.com", _AGENT = ""
    })
    error_message = "cloudbuild.yaml is not told where it deploys to."
  }

  assert {
    condition     = toset([for binding in google_project_iam_member.deployer : binding.role]) == toset(["roles/logging.logWriter", "roles/run.sourceDeveloper", "roles/serviceusage.serviceUsageConsumer"])
    error_message = "The deployer may do more than deploy."
  }

  assert {
    condition     = google_project_iam_member.builder.role == "roles/run.builder"
    error_message = "The builder may do more than build."
  }
}

run "existing_es_agent" {
  variables {
    existing_agent = "projects/bank-bot/agent"
  }

  assert {
    condition = (
      google_dialogflow_fulfillment.webhook[0].project == "bank-bot" &&
      google_dialogflow_fulfillment.webhook[0].generic_web_service[0].uri == "https://webhook.example.com/"
    )
    error_message = "The agent is not pointed at the webhook."
  }

  assert {
    condition = (
      google_dialogflow_fulfillment.webhook[0].generic_web_service[0].username == null &&
      google_dialogflow_fulfillment.webhook[0].generic_web_service[0].request_headers == null
    )
    error_message = "With a user name or an authorization header the agent sends no identity token."
  }

  assert {
    condition = (
      google_project_iam_member.deployer_agent[0].project == "bank-bot" &&
      google_project_iam_member.deployer_agent[0].role == "roles/dialogflow.client"
    )
    error_message = "The smoke test cannot ask the agent."
  }

  assert {
    condition     = output.build_substitutions == "_AGENT=projects/bank-bot/agent,_AUTH_DOMAIN=auth.example.com,_REGION=europe-west1,_WEBHOOK_DOMAIN=webhook.example.com"
    error_message = "The smoke test does not know the agent."
  }
}

run "existing_cx_agent" {
  variables {
    existing_agent      = "projects/bank-bot/locations/europe-west1/agents/a0b1"
    webhook_deadline_ms = 9500
  }

  assert {
    condition = (
      google_dialogflow_cx_webhook.webhook[0].parent == "projects/bank-bot/locations/europe-west1/agents/a0b1" &&
      google_dialogflow_cx_webhook.webhook[0].generic_web_service[0].uri == "https://webhook.example.com/" &&
      google_dialogflow_cx_webhook.webhook[0].generic_web_service[0].service_agent_auth == "ID_TOKEN"
    )
    error_message = "The agent does not call the webhook with an identity token."
  }

  assert {
    condition = (
      google_dialogflow_cx_webhook.webhook[0].timeout == "10s" &&
      google_cloud_run_v2_service.function["webhook"].template[0].timeout == "15s"
    )
    error_message = "Dialogflow waits longer than the webhook takes, and Cloud Run longer still."
  }
}

run "sample_es_agent" {
  variables {
    sample_agent = "es"
  }

  assert {
    condition     = toset(keys(google_dialogflow_intent.sample)) == toset(["Default Welcome Intent", "Default Fallback Intent", "account.next_meeting", "account.order_status", "account.sign_out"])
    error_message = "The intents are the ones that the sample handlers answer."
  }

  assert {
    condition = (
      alltrue([for intent in google_dialogflow_intent.sample : intent.webhook_state == "WEBHOOK_STATE_ENABLED"]) &&
      google_dialogflow_intent.sample["Default Fallback Intent"].is_fallback
    )
    error_message = "A typed code reaches the webhook by the fallback intent: its webhook must be on."
  }

  assert {
    condition = (
      google_dialogflow_fulfillment.webhook[0].project == "example" &&
      google_dialogflow_fulfillment.webhook[0].enabled
    )
    error_message = "The sample agent is not pointed at the webhook."
  }
}

run "sample_cx_agent" {
  variables {
    sample_agent = "cx"
  }

  assert {
    condition     = google_dialogflow_cx_webhook.webhook[0].parent == google_dialogflow_cx_agent.sample[0].id
    error_message = "The sample agent is not pointed at the webhook."
  }

  assert {
    condition = toset([for route in google_dialogflow_cx_flow.sample[0].transition_routes : route.trigger_fulfillment[0].tag]) == toset(["welcome", "account.next_meeting", "account.order_status", "account.sign_out"]) && alltrue([
      for route in google_dialogflow_cx_flow.sample[0].transition_routes : route.trigger_fulfillment[0].webhook == google_dialogflow_cx_webhook.webhook[0].id
    ])
    error_message = "An intent is not answered by the webhook."
  }

  assert {
    condition = [for handler in google_dialogflow_cx_flow.sample[0].event_handlers : [handler.event, handler.trigger_fulfillment[0].tag, handler.trigger_fulfillment[0].webhook]] == [
      ["sys.no-match-default", "fallback", google_dialogflow_cx_webhook.webhook[0].id],
    ]
    error_message = "A typed code reaches the webhook by the no-match handler: it must call."
  }
}

run "not_both_agents" {
  command = plan

  variables {
    sample_agent   = "cx"
    existing_agent = "projects/bank-bot/agent"
  }

  expect_failures = [var.sample_agent]
}

run "an_agent_has_its_full_name" {
  command = plan

  variables {
    existing_agent = "bank-bot"
  }

  expect_failures = [var.existing_agent]
}
