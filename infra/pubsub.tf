# Messages for users: topic ─► notify, and what cannot be delivered is kept.

resource "google_pubsub_topic" "notifications" {
  name       = "notifications"
  depends_on = [google_project_service.api]
}

resource "google_pubsub_subscription" "notify" {
  name                 = "notify"
  topic                = google_pubsub_topic.notifications.id
  ack_deadline_seconds = local.functions.notify.timeout_seconds + 10

  push_config {
    # functions-framework reads the topic's name from the path.
    push_endpoint = "${google_cloud_run_v2_service.function["notify"].uri}/${google_pubsub_topic.notifications.id}"

    oidc_token {
      service_account_email = google_service_account.caller["notify"].email
      audience              = local.audiences.notify
    }
  }

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  # Attempts, with the pauses between them, for more than the hour in which notify asks again while a channel is down.
  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.undelivered.id
    max_delivery_attempts = 20
  }

  expiration_policy {
    ttl = "" # never
  }
}

resource "google_pubsub_topic" "undelivered" {
  name       = "notifications-undelivered"
  depends_on = [google_project_service.api]
}

# Read by people: gcloud pubsub subscriptions pull notifications-undelivered
resource "google_pubsub_subscription" "undelivered" {
  name                       = "notifications-undelivered"
  topic                      = google_pubsub_topic.undelivered.id
  message_retention_duration = "1209600s" # 14 days

  expiration_policy {
    ttl = "" # never
  }
}

# Pub/Sub moves a message to the dead letters in its own name, an account that Google makes with the first topic.

locals {
  pubsub_service_agent = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
}

resource "google_pubsub_topic_iam_member" "undelivered" {
  topic  = google_pubsub_topic.undelivered.id
  role   = "roles/pubsub.publisher"
  member = local.pubsub_service_agent
}

resource "google_pubsub_subscription_iam_member" "notify" {
  subscription = google_pubsub_subscription.notify.id
  role         = "roles/pubsub.subscriber"
  member       = local.pubsub_service_agent
}
