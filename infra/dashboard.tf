# One page that shows how the estate does.

locals {
  # In rows of two, in this order.
  charts = [
    {
      title = "Answers of each function, by class of status"
      query = "sum by (service_name, response_code_class) (rate(run_googleapis_com:request_count{monitored_resource=\"cloud_run_revision\"}[5m]))"
    },
    {
      title = "Webhook: time to answer in ms, median, 95th and 99th percentile"
      query = join(" or ", [
        for quantile in ["0.5", "0.95", "0.99"] :
        "label_replace(histogram_quantile(${quantile}, sum by (le) (rate(run_googleapis_com:request_latencies_bucket{monitored_resource=\"cloud_run_revision\", service_name=\"webhook\"}[5m]))), \"quantile\", \"${quantile}\", \"\", \"\")"
      ])
    },
    {
      title = "Webhook: calls refused, by code"
      query = "sum by (code) (increase(logging_googleapis_com:user_webhook_refusals{monitored_resource=\"cloud_run_revision\"}[5m]))"
    },
    {
      title = "Load balancer: client certificates refused, by reason"
      query = "sum by (reason) (increase(logging_googleapis_com:user_webhook_handshakes_refused{monitored_resource=\"http_load_balancer\"}[5m]))"
    },
    {
      title = "Instances"
      query = "sum by (service_name) (run_googleapis_com:container_instance_count{monitored_resource=\"cloud_run_revision\"})"
    },
    {
      title = "Messages that could not be delivered"
      query = "max(pubsub_googleapis_com:subscription_num_undelivered_messages{monitored_resource=\"pubsub_subscription\", subscription_id=\"notifications-undelivered\"})"
    },
  ]
}

resource "google_monitoring_dashboard" "fulfillment" {
  dashboard_json = jsonencode({
    displayName = "Trusted fulfillment"
    mosaicLayout = {
      columns = 48
      tiles = [
        for index, chart in local.charts : {
          xPos   = index % 2 * 24
          yPos   = floor(index / 2) * 16
          width  = 24
          height = 16
          widget = {
            title = chart.title
            xyChart = {
              dataSets = [{
                plotType        = "LINE"
                timeSeriesQuery = { prometheusQuery = chart.query }
              }]
            }
          }
        }
      ]
    }
  })

  depends_on = [google_project_service.api]
}
