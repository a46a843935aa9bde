# The four functions. Terraform makes the services with a placeholder image, everything around the code included; the
# code comes later, from Cloud Build (gcloud run deploy --source), which leaves alone what is set here.

locals {
  webhook_url = "https://${var.webhook_domain}/"
  # Whether Dialogflow names the audience with the final slash is not documented.
  webhook_audiences = coalescelist(var.webhook_audiences, [local.webhook_url, trimsuffix(local.webhook_url, "/")])
  service_agents = coalescelist(
    var.dialogflow_service_agents,
    ["service-${data.google_project.this.number}@gcp-sa-dialogflow.iam.gserviceaccount.com"],
  )
  # Sessions of this project only from its own service agent, unless it is said otherwise.
  dialogflow_projects = (
    length(var.dialogflow_projects) == 0 && length(var.dialogflow_service_agents) == 0
    ? ["${var.project_id}=${one(local.service_agents)}"]
    : var.dialogflow_projects
  )
  verified_by_platform = var.identity_token_mode == "platform"

  authentication_services = (
    var.authentication_services_file == null ? jsonencode({ services = [] }) : file(var.authentication_services_file)
  )

  # What several of them read. Secrets are mounted by the platform before the start, so that Secret Manager's client is not
  # loaded on the way to the first answer.
  every_environment = {
    GOOGLE_CLOUD_PROJECT = var.project_id # log entries name the project of their trace
    NODE_ENV             = "production"   # functions-framework would otherwise put error texts into responses
    STORE                = "firestore:${google_firestore_database.store.name}"
  }
  token_environment = merge(local.every_environment, {
    AUTHENTICATION_SERVICES      = "env:AUTHENTICATION_SERVICES_JSON"
    AUTHENTICATION_SERVICES_JSON = local.authentication_services
    TOKEN_KEYS                   = "env:TOKEN_KEYS_VALUE"
  })
  token_secrets = merge(local.authentication_secrets, {
    TOKEN_KEYS_VALUE = { secret = "token-keys", version = "latest" }
  })
  user_environment = merge(local.token_environment, {
    AUTH_BASE_URL = "https://${var.auth_domain}"
    SESSION_KEYS  = "env:SESSION_KEYS_VALUE"
  })
  user_secrets = merge(local.token_secrets, {
    SESSION_KEYS_VALUE = { secret = "session-keys", version = "latest" }
  })

  # Who speaks, whose accounts are linked, and how long what is known of them is kept. One setting for the whole instance.
  identity_environment = {
    CHANNEL_ACCOUNT_LINKING     = var.channel_account_linking == null ? "off" : "on"
    LINKED_CHANNELS             = var.channel_account_linking == null ? "" : join(",", var.channel_account_linking.channels)
    UNIFIED_DATA_RETENTION_DAYS = try(tostring(var.channel_account_linking.retention_days), null) == null ? "" : tostring(var.channel_account_linking.retention_days)
  }

  # What the tokens of Pub/Sub and Cloud Scheduler are for: the URLs that are known before the services are made, so that
  # they can be told. Cloud Run accepts these as audiences like the other ones.
  audiences = {
    for function in ["notify", "retention"] :
    function => "https://${function}-${data.google_project.this.number}.${var.region}.run.app"
  }

  functions = {
    # Only through the load balancer, and what comes that way is verified by the webhook itself (or by the platform).
    webhook = {
      ingress              = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
      default_uri_disabled = true
      invoker_iam_disabled = !local.verified_by_platform
      custom_audiences     = local.verified_by_platform ? local.webhook_audiences : []
      timeout_seconds      = ceil(var.webhook_deadline_ms / 1000) + 5
      min_instances        = var.instances.webhook_min
      environment = merge(local.user_environment, local.identity_environment, {
        WEBHOOK_AUDIENCES         = join(",", local.webhook_audiences)
        DIALOGFLOW_SERVICE_AGENTS = join(",", local.service_agents)
        DIALOGFLOW_PROJECTS       = join(",", local.dialogflow_projects)
        CHANNEL_CONNECTORS        = join(",", var.channel_connectors)
        PEER_PROFILES             = join(",", var.peer_profiles)
        LB_ATTESTATION            = join(",", [for name in keys(local.attestation_secrets) : "env:${name}"])
        IDENTITY_TOKEN_MODE       = var.identity_token_mode
        WEBHOOK_DEADLINE_MS       = tostring(var.webhook_deadline_ms)
      })
      secrets = merge(local.user_secrets, local.attestation_secrets)
    }

    # Pages for everybody, through the load balancer.
    auth = {
      ingress              = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"
      default_uri_disabled = true
      invoker_iam_disabled = true
      custom_audiences     = []
      timeout_seconds      = 30
      min_instances        = 0
      environment          = local.user_environment
      secrets              = local.user_secrets
    }

    # Called by Pub/Sub and Cloud Scheduler, which use the run.app URL and count as internal; Cloud Run checks their tokens.
    notify = {
      ingress              = "INGRESS_TRAFFIC_INTERNAL_ONLY"
      default_uri_disabled = false
      invoker_iam_disabled = false
      custom_audiences     = []
      timeout_seconds      = 60
      min_instances        = 0
      environment = merge(local.every_environment, {
        CHANNEL_CREDENTIALS = "env:CHANNEL_CREDENTIALS_VALUE"
        IDENTITY_TOKEN_MODE = "platform"
        NOTIFY_AUDIENCES    = local.audiences.notify
        NOTIFY_CALLERS      = google_service_account.caller["notify"].email
        TOKEN_KEYS          = "env:TOKEN_KEYS_VALUE"
      })
      secrets = {
        CHANNEL_CREDENTIALS_VALUE = { secret = "channel-credentials", version = "latest" }
        TOKEN_KEYS_VALUE          = { secret = "token-keys", version = "latest" }
      }
    }
    retention = {
      ingress              = "INGRESS_TRAFFIC_INTERNAL_ONLY"
      default_uri_disabled = false
      invoker_iam_disabled = false
      custom_audiences     = []
      timeout_seconds      = 900
      min_instances        = 0
      environment = merge(local.token_environment, local.identity_environment, {
        IDENTITY_TOKEN_MODE   = "platform"
        RETENTION_AUDIENCES   = local.audiences.retention
        RETENTION_CALLERS     = google_service_account.caller["retention"].email
        RETENTION_DEADLINE_MS = "600000" # the last batch, whose providers may all be slow, fits in after it
      })
      secrets = local.token_secrets
    }
  }
}

resource "google_cloud_run_v2_service" "function" {
  for_each = local.functions

  name                 = each.key
  location             = var.region
  ingress              = each.value.ingress
  default_uri_disabled = each.value.default_uri_disabled
  invoker_iam_disabled = each.value.invoker_iam_disabled
  custom_audiences     = each.value.custom_audiences
  deletion_protection  = var.deletion_protection

  # Of the service, not of a revision: a candidate without traffic keeps no instance warm.
  scaling {
    min_instance_count = each.value.min_instances
  }

  template {
    service_account                  = google_service_account.function[each.key].email
    timeout                          = "${each.value.timeout_seconds}s"
    max_instance_request_concurrency = 80

    scaling {
      max_instance_count = var.instances.max
    }

    containers {
      image = "us-docker.pkg.dev/cloudrun/container/hello"

      resources {
        limits            = { cpu = "1", memory = "512Mi" }
        cpu_idle          = true
        startup_cpu_boost = true
      }

      dynamic "env" {
        for_each = each.value.environment
        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "env" {
        for_each = each.value.secrets
        content {
          name = env.key
          value_source {
            secret_key_ref {
              secret  = env.value.secret
              version = env.value.version
            }
          }
        }
      }
    }
  }

  lifecycle {
    # What gcloud run deploy changes.
    ignore_changes = [
      annotations,
      build_config,
      client,
      client_version,
      template[0].annotations,
      template[0].containers[0].base_image_uri,
      template[0].containers[0].image,
      template[0].containers[0].name,
      template[0].labels,
      template[0].revision,
      traffic,
    ]
  }

  # A revision does not start before it may read its secrets, and each has a version.
  depends_on = [
    google_secret_manager_secret_iam_member.function,
    google_secret_manager_secret_version.unset,
  ]
}
