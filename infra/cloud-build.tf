# Who builds and deploys (cloudbuild.yaml), and the trigger that starts it.

resource "google_service_account" "deployer" {
  account_id   = "deployer"
  display_name = "Checks, deploys and moves the traffic"
  depends_on   = [google_project_service.api]
}

resource "google_project_iam_member" "deployer" {
  #checkov:skip=CKV_GCP_49:Who starts builds acts as the account that builds. No narrower role deploys from source, and it is a build, not a person, that has this one.
  for_each = toset([
    "roles/logging.logWriter",
    "roles/run.sourceDeveloper",
    "roles/serviceusage.serviceUsageConsumer",
  ])

  project = var.project_id
  role    = each.key
  member  = google_service_account.deployer.member
}

# It deploys revisions that run as the functions, and starts builds that run as the builder: as these and nobody else.
resource "google_service_account_iam_member" "deployer" {
  for_each = merge(google_service_account.function, { builder = google_service_account.builder })

  service_account_id = each.value.name
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.deployer.member
}

# Runs the code of our dependencies' install scripts, so it may do nothing but build.
resource "google_service_account" "builder" {
  account_id   = "builder"
  display_name = "Builds the functions' images"
  depends_on   = [google_project_service.api]
}

resource "google_project_iam_member" "builder" {
  project = var.project_id
  role    = "roles/run.builder"
  member  = google_service_account.builder.member
}

# Where gcloud run deploy --source puts images; it would make the repository itself, but never tidy it up.
resource "google_artifact_registry_repository" "images" {
  repository_id = "cloud-run-source-deploy"
  location      = var.region
  format        = "DOCKER"

  cleanup_policies {
    id     = "keep-recent"
    action = "KEEP"
    most_recent_versions {
      keep_count = 10
    }
  }

  cleanup_policies {
    id     = "delete-old"
    action = "DELETE"
    condition {
      older_than = "2592000s" # 30 days
    }
  }

  depends_on = [google_project_service.api]
}

resource "google_cloudbuild_trigger" "push" {
  count = var.build_trigger == null ? 0 : 1

  name            = "deploy"
  location        = var.region
  filename        = "cloudbuild.yaml"
  service_account = google_service_account.deployer.id

  repository_event_config {
    repository = var.build_trigger.repository
    push {
      branch = var.build_trigger.branch
    }
  }

  substitutions = local.build_substitutions
}

locals {
  # What cloudbuild.yaml has to be told.
  build_substitutions = {
    _REGION         = var.region
    _WEBHOOK_DOMAIN = var.webhook_domain
    _AUTH_DOMAIN    = var.auth_domain
    _AGENT          = local.agent == null ? "" : local.agent
  }
}
