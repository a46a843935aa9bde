# An agent to try the estate with: its intents are the ones that functions/webhook/intents answers, every one by webhook.

locals {
  # The fallback among them: a code that a user types in the chat reaches the webhook as a text that no intent matches.
  fallback_intent = "Default Fallback Intent"

  # CX: what the fulfillment is tagged with, where that is not the intent's name.
  sample_tags = {
    "Default Welcome Intent"  = "welcome"
    "Default Fallback Intent" = "fallback"
  }

  sample_intents = {
    "Default Welcome Intent" = ["hi", "hello", "hey there", "good morning"]
    "account.next_meeting"   = ["when is my next meeting", "what is next in my calendar", "my next appointment"]
    "account.order_status"   = ["where is my order", "order status", "has my order been sent"]
    "account.sign_out"       = ["sign me out", "log out", "disconnect my account"]
  }
}

resource "google_dialogflow_agent" "sample" {
  count = var.sample_agent == "es" ? 1 : 0

  display_name          = "trusted-fulfillment-sample"
  default_language_code = "en"
  time_zone             = "Etc/UTC"
  depends_on            = [google_project_service.api]
}

# ES: the provider cannot write training phrases. Until they are typed in the console, an intent is reached by its event.
# Dialogflow may have made the two default intents with the agent: then `terraform import` them first.
resource "google_dialogflow_intent" "sample" {
  for_each = var.sample_agent == "es" ? toset(concat(keys(local.sample_intents), [local.fallback_intent])) : []

  display_name  = each.key
  webhook_state = "WEBHOOK_STATE_ENABLED"
  is_fallback   = each.key == local.fallback_intent
  events        = each.key == local.fallback_intent ? [] : [each.key == "Default Welcome Intent" ? "WELCOME" : each.key]
  depends_on    = [google_dialogflow_agent.sample]
}

resource "google_dialogflow_cx_agent" "sample" {
  count = var.sample_agent == "cx" ? 1 : 0

  display_name          = "trusted-fulfillment-sample"
  location              = "global"
  default_language_code = "en"
  time_zone             = "Etc/UTC"
  depends_on            = [google_project_service.api]
}

resource "google_dialogflow_cx_intent" "sample" {
  for_each = var.sample_agent == "cx" ? local.sample_intents : {}

  parent                    = google_dialogflow_cx_agent.sample[0].id
  display_name              = each.key
  is_default_welcome_intent = each.key == "Default Welcome Intent"

  dynamic "training_phrases" {
    for_each = each.value
    content {
      repeat_count = 1
      parts {
        text = training_phrases.value
      }
    }
  }
}

resource "google_dialogflow_cx_flow" "sample" {
  count = var.sample_agent == "cx" ? 1 : 0

  parent                = google_dialogflow_cx_agent.sample[0].id
  display_name          = "Default Start Flow"
  is_default_start_flow = true

  dynamic "transition_routes" {
    for_each = google_dialogflow_cx_intent.sample
    content {
      intent = transition_routes.value.id
      trigger_fulfillment {
        webhook = google_dialogflow_cx_webhook.webhook[0].id
        tag     = lookup(local.sample_tags, transition_routes.key, transition_routes.key)
      }
    }
  }

  event_handlers {
    event = "sys.no-match-default"
    trigger_fulfillment {
      webhook = google_dialogflow_cx_webhook.webhook[0].id
      tag     = local.sample_tags[local.fallback_intent]
    }
  }
}
