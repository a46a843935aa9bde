# What an operator is told, and when. Every alert says what to do.

locals {
  refusals = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"webhook\" AND jsonPayload.message=\"call refused\""

  # Conditions over metrics, in PromQL: unlike a threshold, it may name a metric that has no data yet.
  metric_alerts = {
    refusals_rising = {
      title    = "The webhook refuses calls"
      severity = "WARNING"
      query    = "sum by (code) (increase(logging_googleapis_com:user_webhook_refusals{monitored_resource=\"cloud_run_revision\"}[10m])) > 20"
      advice   = "More than 20 calls in ten minutes were refused with the same code. They came through the load balancer with a certificate that it trusts, so look at our own agent and configuration first: each log entry `call refused` carries a hint."
    }
    keys_unavailable = {
      title    = "Google's public keys cannot be fetched"
      severity = "CRITICAL"
      query    = "sum(increase(logging_googleapis_com:user_webhook_refusals{monitored_resource=\"cloud_run_revision\", code=\"keys_unavailable\"}[5m])) > 0"
      advice   = "The webhook answers 503 because it has no keys to check tokens with. Does it reach www.googleapis.com (VPC egress, firewall, DNS)?"
    }
    handshakes_refused = {
      title    = "The load balancer refuses client certificates"
      severity = "ERROR"
      query    = "sum by (reason) (increase(logging_googleapis_com:user_webhook_handshakes_refused{monitored_resource=\"http_load_balancer\", reason!=\"client_cert_not_provided\"}[10m])) > 20"
      advice   = "Certificates were presented and not accepted. If Dialogflow's own calls are missing, its authority has changed: add the new root to infra/trust and apply."
    }
    undelivered = {
      title    = "Messages for users could not be delivered"
      severity = "WARNING"
      query    = "max(pubsub_googleapis_com:subscription_num_undelivered_messages{monitored_resource=\"pubsub_subscription\", subscription_id=\"notifications-undelivered\"}) > 0"
      advice   = "See why: gcloud pubsub subscriptions pull notifications-undelivered --limit=10. The log of notify has the reason of each."
    }
  }

  # Conditions on a single log entry.
  log_alerts = {
    legacy_certificate = {
      title    = "Dialogflow still presents its legacy certificate"
      severity = "WARNING"
      filter   = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"webhook\" AND jsonPayload.message=\"legacy certificate profile in use after its sunset\""
      advice   = "Dialogflow fell back to the certificate that it was to give up, so something refuses the new one. Find that before taking gts-legacy out of peer_profiles."
    }
    certificate_expiry = {
      title    = "A server certificate is near its expiry"
      severity = "CRITICAL"
      filter   = "logName=\"projects/${var.project_id}/logs/certificatemanager.googleapis.com%2Fcertificates_expiry\" AND jsonPayload.state=(\"CLOSE_TO_EXPIRY\" OR \"EXPIRED\")"
      advice   = "Google renews managed certificates by itself while the CNAME records of `terraform output dns_records` are there. Are they?"
    }
    retention_failed = {
      title    = "The daily purge failed"
      severity = "ERROR"
      filter   = "resource.type=\"cloud_scheduler_job\" AND resource.labels.job_id=\"retention\" AND severity>=ERROR"
      advice   = "Data is kept longer than promised until it runs again: gcloud scheduler jobs run retention. The log of retention has the reason."
    }
  }

  notification_channels = [for channel in google_monitoring_notification_channel.email : channel.id]
}

# The addresses that browsers come back to have codes in them, and the links of sign-ins are secrets while they last. Cloud
# Run logs the address of every request; these entries are not kept.
resource "google_logging_project_exclusion" "auth_requests" {
  name        = "auth-requests"
  description = "Requests to auth whose addresses hold codes"
  filter      = "resource.type=\"cloud_run_revision\" AND resource.labels.service_name=\"auth\" AND log_id(\"run.googleapis.com/requests\") AND httpRequest.requestUrl=~\"/(callback|link)/\""
  depends_on  = [google_project_service.api]
}

# One metric for every refusal code: the code is a label.
resource "google_logging_metric" "webhook_refusals" {
  name        = "webhook/refusals"
  description = "Calls that the webhook refused, by the reason"
  filter      = local.refusals

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"

    labels {
      key         = "code"
      description = "See shared/verification/operator-notes.ts"
    }
    labels {
      key = "severity"
    }
  }

  label_extractors = {
    code     = "EXTRACT(jsonPayload.code)"
    severity = "EXTRACT(severity)"
  }

  depends_on = [google_project_service.api]
}

# What ends at the load balancer is not in the webhook's log.
resource "google_logging_metric" "webhook_handshakes_refused" {
  name        = "webhook/handshakes_refused"
  description = "Connections that the load balancer closed for want of a valid client certificate, by the reason"
  filter      = "resource.type=\"http_load_balancer\" AND resource.labels.forwarding_rule_name=\"${google_compute_global_forwarding_rule.webhook.name}\" AND jsonPayload.statusDetails=~\"^client_cert_\""

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"

    labels {
      key = "reason"
    }
  }

  label_extractors = {
    reason = "EXTRACT(jsonPayload.statusDetails)"
  }
}

resource "google_monitoring_notification_channel" "email" {
  for_each = toset(var.alert_emails)

  display_name = each.key
  type         = "email"
  labels       = { email_address = each.key }
  depends_on   = [google_project_service.api]
}

resource "google_monitoring_alert_policy" "metric" {
  for_each = local.metric_alerts

  display_name          = each.value.title
  severity              = each.value.severity
  combiner              = "OR"
  notification_channels = local.notification_channels

  conditions {
    display_name = each.value.title
    condition_prometheus_query_language {
      query                     = each.value.query
      duration                  = "0s"
      evaluation_interval       = "60s"
      disable_metric_validation = true
    }
  }

  documentation {
    content = each.value.advice
  }

  depends_on = [google_logging_metric.webhook_refusals, google_logging_metric.webhook_handshakes_refused]
}

resource "google_monitoring_alert_policy" "log" {
  for_each = local.log_alerts

  display_name          = each.value.title
  severity              = each.value.severity
  combiner              = "OR"
  notification_channels = local.notification_channels

  conditions {
    display_name = each.value.title
    condition_matched_log {
      filter = each.value.filter
    }
  }

  alert_strategy {
    notification_rate_limit {
      period = "86400s"
    }
  }

  documentation {
    content = each.value.advice
  }

  depends_on = [google_project_service.api]
}
