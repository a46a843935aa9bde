# The daily purge.

resource "google_cloud_scheduler_job" "retention" {
  name             = "retention"
  description      = "Deletes what is past its day"
  region           = var.region
  schedule         = "17 3 * * *"
  time_zone        = "Etc/UTC"
  attempt_deadline = "${local.functions.retention.timeout_seconds}s"

  retry_config {
    retry_count          = 3
    min_backoff_duration = "60s"
  }

  http_target {
    http_method = "POST"
    uri         = google_cloud_run_v2_service.function["retention"].uri

    oidc_token {
      service_account_email = google_service_account.caller["retention"].email
      audience              = local.audiences.retention
    }
  }
}
