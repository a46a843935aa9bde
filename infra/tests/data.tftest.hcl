# The store, the daily purge, the messages for users.

mock_provider "google" {
  source = "./tests/mocks"

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

run "store" {
  assert {
    condition     = google_firestore_database.store.point_in_time_recovery_enablement == "POINT_IN_TIME_RECOVERY_ENABLED"
    error_message = "What is overwritten by mistake cannot be read any more."
  }

  assert {
    condition = (
      google_firestore_database.store.type == "FIRESTORE_NATIVE" &&
      google_firestore_database.store.delete_protection_state == "DELETE_PROTECTION_ENABLED"
    )
    error_message = "The database can be deleted by mistake."
  }

  assert {
    condition     = google_firestore_database.store.location_id == "europe-west1"
    error_message = "Data stays in the region."
  }

  assert {
    condition = (
      length(google_firestore_field.expiry) > 0 &&
      alltrue([for name, field in google_firestore_field.expiry : field.collection == name && field.field == "expireAt" && length(field.ttl_config) == 1])
    )
    error_message = "A collection's records do not expire."
  }

  assert {
    condition = alltrue([
      for name in ["erasures", "grants", "heldNotifications", "profiles", "revocations", "signIns"] :
      google_firestore_field.expiry[name].ttl_config[0].expiration_offset == "2592000s"
    ])
    error_message = "Firestore deletes tokens before the purge has revoked them."
  }

  assert {
    condition = (
      toset(keys(google_firestore_field.value)) == toset(keys(google_firestore_field.expiry)) &&
      alltrue([for field in google_firestore_field.value : field.field == "value" && length(field.index_config[0].indexes) == 0])
    )
    error_message = "What records hold is indexed, which nobody needs."
  }
}

run "purge" {
  assert {
    condition     = google_cloud_scheduler_job.retention.http_target[0].oidc_token[0].service_account_email == "call-retention@example"
    error_message = "The purge is not called with its caller's token."
  }

  assert {
    condition = (
      google_cloud_scheduler_job.retention.http_target[0].uri == google_cloud_run_v2_service.function["retention"].uri &&
      google_cloud_scheduler_job.retention.http_target[0].oidc_token[0].audience == "https://retention-123456789012.europe-west1.run.app"
    )
    error_message = "The token is not for retention."
  }

  assert {
    condition     = google_cloud_scheduler_job.retention.attempt_deadline == google_cloud_run_v2_service.function["retention"].template[0].timeout
    error_message = "The scheduler gives up while the purge still runs."
  }
}

run "messages" {
  assert {
    condition = (
      google_pubsub_subscription.notify.push_config[0].oidc_token[0].service_account_email == "call-notify@example" &&
      google_pubsub_subscription.notify.push_config[0].oidc_token[0].audience == "https://notify-123456789012.europe-west1.run.app"
    )
    error_message = "Messages are not pushed with the caller's token for notify."
  }

  assert {
    condition     = google_pubsub_subscription.notify.push_config[0].push_endpoint == "${google_cloud_run_v2_service.function["notify"].uri}/${google_pubsub_topic.notifications.id}"
    error_message = "functions-framework does not find the topic's name in the path."
  }

  assert {
    condition = (
      google_pubsub_subscription.notify.dead_letter_policy[0].dead_letter_topic == google_pubsub_topic.undelivered.id &&
      google_pubsub_subscription.undelivered.topic == google_pubsub_topic.undelivered.id
    )
    error_message = "What cannot be delivered is lost."
  }

  assert {
    condition = alltrue([
      for member in [google_pubsub_topic_iam_member.undelivered.member, google_pubsub_subscription_iam_member.notify.member] :
      member == "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com"
    ]) && google_pubsub_topic_iam_member.undelivered.role == "roles/pubsub.publisher" && google_pubsub_subscription_iam_member.notify.role == "roles/pubsub.subscriber"
    error_message = "Pub/Sub may not move a message to the dead letters."
  }

  assert {
    condition     = "${google_pubsub_subscription.notify.ack_deadline_seconds - 10}s" == google_cloud_run_v2_service.function["notify"].template[0].timeout
    error_message = "Pub/Sub repeats a message while notify is still at it."
  }
}
