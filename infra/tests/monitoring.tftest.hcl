# What an operator is told.

mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id      = "example"
  region          = "europe-west1"
  webhook_domain  = "webhook.example.com"
  auth_domain     = "auth.example.com"
  lb_attestations = ["0123456789abcdef0123456789abcdef"]
  alert_emails    = ["operator@example.com"]
}

run "the_operator_is_told" {
  assert {
    condition = (
      google_logging_metric.webhook_refusals.label_extractors.code == "EXTRACT(jsonPayload.code)" &&
      strcontains(google_logging_metric.webhook_refusals.filter, "jsonPayload.message=\"call refused\"")
    )
    error_message = "Refusals are not counted by their code."
  }

  assert {
    condition     = strcontains(google_logging_metric.webhook_handshakes_refused.filter, "jsonPayload.statusDetails=~\"^client_cert_\"")
    error_message = "Connections that the load balancer refuses are not counted: they are in no function's log."
  }

  assert {
    condition     = toset(keys(google_monitoring_alert_policy.metric)) == toset(["refusals_rising", "keys_unavailable", "handshakes_refused", "undelivered"])
    error_message = "An alert on a metric is missing."
  }

  assert {
    condition     = toset(keys(google_monitoring_alert_policy.log)) == toset(["legacy_certificate", "certificate_expiry", "retention_failed"])
    error_message = "An alert on a log entry is missing."
  }

  assert {
    condition     = strcontains(google_monitoring_alert_policy.metric["keys_unavailable"].conditions[0].condition_prometheus_query_language[0].query, "code=\"keys_unavailable\"")
    error_message = "Missing keys raise no alert."
  }

  assert {
    condition     = strcontains(google_monitoring_alert_policy.log["legacy_certificate"].conditions[0].condition_matched_log[0].filter, "jsonPayload.message=\"legacy certificate profile in use after its sunset\"")
    error_message = "The legacy certificate raises no alert."
  }

  assert {
    condition = alltrue([
      for policy in concat(values(google_monitoring_alert_policy.metric), values(google_monitoring_alert_policy.log)) :
      policy.notification_channels == tolist([google_monitoring_notification_channel.email["operator@example.com"].id]) && length(policy.documentation[0].content) > 40
    ])
    error_message = "An alert tells nobody, or does not say what to do."
  }

  assert {
    condition     = strcontains(google_logging_project_exclusion.auth_requests.filter, "service_name=\"auth\" AND log_id(\"run.googleapis.com/requests\") AND httpRequest.requestUrl=~\"/(callback|link)/\"")
    error_message = "The addresses that browsers come back to are logged, with the codes in them."
  }

  assert {
    condition     = length(jsondecode(google_monitoring_dashboard.fulfillment.dashboard_json).mosaicLayout.tiles) == 6
    error_message = "The dashboard has a tile for each chart."
  }
}
