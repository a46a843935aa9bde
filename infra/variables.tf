# What every estate has to say.

variable "project_id" {
  description = "The Google Cloud project. One estate a project: staging and production are two projects."
  type        = string
}

variable "region" {
  description = "Where the functions run, for example europe-west1."
  type        = string
}

variable "webhook_domain" {
  description = "The host name that Dialogflow calls. Behind mutual TLS: a browser cannot open it."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,}$", var.webhook_domain))
    error_message = "webhook_domain is a host name in lower case, without scheme, port or path."
  }
}

variable "auth_domain" {
  description = "The host name that people open to sign in."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,}$", var.auth_domain))
    error_message = "auth_domain is a host name in lower case, without scheme, port or path."
  }

  validation {
    condition     = var.auth_domain != var.webhook_domain
    error_message = "People and Dialogflow need a host name each: a browser has no client certificate."
  }
}

variable "lb_attestations" {
  description = "The random value that the load balancer sets in X-Lb-Attestation, from: openssl rand -hex 32. While rotating [new, old]: the first is sent, both are accepted."
  type        = list(string)
  sensitive   = true

  validation {
    condition     = length(var.lb_attestations) == length(distinct(var.lb_attestations)) && contains([1, 2], length(var.lb_attestations))
    error_message = "lb_attestations has one value, or two different ones while rotating."
  }

  # Braces would be read as a variable of the load balancer.
  validation {
    condition     = alltrue([for value in var.lb_attestations : can(regex("^[0-9A-Za-z+/=_-]{32,256}$", value))])
    error_message = "An attestation has 32 to 256 letters, digits, +, /, =, _ or -, and no white space."
  }
}

# Who may call.

variable "dialogflow_service_agents" {
  description = "The service agents whose identity tokens are accepted. Empty: the one of this project."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.dialogflow_service_agents : can(regex("^service-[0-9]+@gcp-sa-(dialogflow|ces)\\.iam\\.gserviceaccount\\.com$", address))])
    error_message = "A service agent is service-PROJECT_NUMBER@gcp-sa-dialogflow.iam.gserviceaccount.com (or @gcp-sa-ces)."
  }
}

variable "dialogflow_projects" {
  description = "The projects whose sessions are accepted, each PROJECT or PROJECT=SERVICE_AGENT. Empty: this project from its own service agent, or with dialogflow_service_agents any project."
  type        = list(string)
  default     = []
}

variable "channel_connectors" {
  description = "Channels that connectors of your own bring in, so that the user ids they send are believed. Name one only if nobody but they may call detectIntent on the agent."
  type        = set(string)
  default     = []
}

variable "channel_account_linking" {
  description = "Recognises one user over several channels: the accounts of whoever signs in are linked, with their consent. What is known of them is kept for retention_days after their last use, or without it indefinitely. null: nothing is linked."
  type = object({
    channels       = optional(set(string), ["microsoft_teams", "slack", "twilio"])
    retention_days = optional(number)
  })
  default = null

  validation {
    condition = try(var.channel_account_linking.retention_days, null) == null ? true : (
      var.channel_account_linking.retention_days >= 7 && var.channel_account_linking.retention_days <= 1100 && floor(var.channel_account_linking.retention_days) == var.channel_account_linking.retention_days
    )
    error_message = "retention_days is a whole number from 7 to 1100."
  }
}

variable "webhook_audiences" {
  description = "The exact audiences accepted in identity tokens. Empty: the webhook's URL with and without the final slash."
  type        = list(string)
  default     = []
}

variable "peer_profiles" {
  description = "The client certificates that are trusted, by their names in trust/profiles.json."
  type        = set(string)
  default     = ["sslcom", "gts-legacy"]

  validation {
    condition     = length(var.peer_profiles) > 0 && length(setsubtract(var.peer_profiles, keys(jsondecode(file("${path.module}/trust/profiles.json"))))) == 0
    error_message = "peer_profiles names at least one profile of trust/profiles.json."
  }
}

variable "identity_token_mode" {
  description = "verify: the webhook verifies identity tokens itself, Cloud Run's invoker check is off. platform: Cloud Run verifies them, and the webhook relies on that."
  type        = string
  default     = "verify"

  validation {
    condition     = contains(["verify", "platform"], var.identity_token_mode)
    error_message = "identity_token_mode is verify or platform."
  }
}

# How much, how long.

variable "webhook_deadline_ms" {
  description = "How long the webhook may take for an answer. Dialogflow ES waits 5 s, CX 5 to 30 s."
  type        = number
  default     = 4500

  validation {
    condition     = var.webhook_deadline_ms >= 500 && var.webhook_deadline_ms <= 29500
    error_message = "webhook_deadline_ms is between 500 and 29500."
  }
}

variable "instances" {
  description = "Instances of the webhook kept warm, and the most that any one function may have."
  type = object({
    webhook_min = optional(number, 0)
    max         = optional(number, 20)
  })
  default = {}

  validation {
    condition     = var.instances.webhook_min >= 0 && var.instances.max >= max(1, var.instances.webhook_min)
    error_message = "instances.max is at least 1 and at least instances.webhook_min."
  }
}

variable "requests_per_minute" {
  description = "What Cloud Armor lets through: calls to the webhook in all (Dialogflow's addresses are shared by everybody), and requests of one address to the sign-in pages."
  type = object({
    webhook = optional(number, 6000)
    auth    = optional(number, 120)
  })
  default = {}
}

variable "firestore_location" {
  description = "A Firestore location, for example eur3. Null: the region."
  type        = string
  default     = null
}

variable "authentication_services_file" {
  description = "The authentication services: a JSON file, its path seen from here. Null: none, and nobody signs in."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Whether terraform destroy is kept from deleting the database and the functions."
  type        = bool
  default     = true
}

variable "alert_emails" {
  description = "Who is told when an alert fires."
  type        = list(string)
  default     = []
}

# What is optional: one variable each.

variable "build_trigger" {
  description = "Builds and deploys on a push. repository: projects/P/locations/L/connections/C/repositories/R."
  type = object({
    repository = string
    branch     = optional(string, "^main$")
  })
  default = null
}

variable "existing_agent" {
  description = "An agent to point at the webhook: projects/P/agent (ES) or projects/P/locations/L/agents/A (CX)."
  type        = string
  default     = null

  validation {
    condition     = var.existing_agent == null || can(regex("^projects/[^/]+/(agent|locations/[^/]+/agents/[^/]+)$", var.existing_agent))
    error_message = "existing_agent is projects/P/agent or projects/P/locations/L/agents/A."
  }
}

variable "sample_agent" {
  description = "Makes an agent in this project whose intents are the ones the sample handlers answer: es or cx."
  type        = string
  default     = null

  validation {
    condition     = var.sample_agent == null || contains(["es", "cx"], coalesce(var.sample_agent, "es"))
    error_message = "sample_agent is es or cx."
  }

  validation {
    condition     = var.sample_agent == null || var.existing_agent == null
    error_message = "Either existing_agent or sample_agent."
  }
}
