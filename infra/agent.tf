# The agent, where one is named (existing_agent) or made here (sample_agent): pointed at the webhook.

locals {
  agent_dialect = (
    var.sample_agent != null ? var.sample_agent :
    var.existing_agent == null ? "none" :
    endswith(coalesce(var.existing_agent, "-"), "/agent") ? "es" : "cx"
  )
  agent = (
    var.sample_agent == "es" ? "projects/${var.project_id}/agent" :
    var.sample_agent == "cx" ? one(google_dialogflow_cx_agent.sample[*].id) :
    var.existing_agent
  )
  agent_project = var.existing_agent == null ? var.project_id : split("/", coalesce(var.existing_agent, "-/-"))[1]
}

# ES: one webhook an agent. It sends the service agent's identity token as long as no user name, password or
# authorization header is set here.
resource "google_dialogflow_fulfillment" "webhook" {
  count = local.agent_dialect == "es" ? 1 : 0

  project      = local.agent_project
  display_name = "trusted-fulfillment"
  enabled      = true

  generic_web_service {
    uri = local.webhook_url
  }

  depends_on = [google_dialogflow_agent.sample]
}

# CX: pages and routes of an existing agent still have to name it.
resource "google_dialogflow_cx_webhook" "webhook" {
  count = local.agent_dialect == "cx" ? 1 : 0

  parent       = local.agent
  display_name = "trusted-fulfillment"
  # Longer than the webhook takes: an answer that comes late is repeated by Dialogflow.
  timeout = "${ceil((var.webhook_deadline_ms + 500) / 1000)}s"

  generic_web_service {
    uri                = local.webhook_url
    webhook_type       = "STANDARD"
    service_agent_auth = "ID_TOKEN"
  }
}

# The smoke test asks the agent something, so that Dialogflow itself calls the candidate.
resource "google_project_iam_member" "deployer_agent" {
  count = local.agent_dialect == "none" ? 0 : 1

  project = local.agent_project
  role    = "roles/dialogflow.client"
  member  = google_service_account.deployer.member
}
