# Who the functions are, who may call them, and what each may do.

resource "google_service_account" "function" {
  for_each = toset(keys(local.functions))

  account_id   = "function-${each.key}"
  display_name = "The function ${each.key}"
  depends_on   = [google_project_service.api]
}

# Their own database, and no other in the project.
resource "google_project_iam_member" "function_store" {
  for_each = google_service_account.function

  project = var.project_id
  role    = "roles/datastore.user"
  member  = each.value.member

  condition {
    title      = "the store"
    expression = "resource.name == '${google_firestore_database.store.id}'"
  }
}

# Each secret that is mounted, and no other.
resource "google_secret_manager_secret_iam_member" "function" {
  for_each = merge([
    for function, settings in local.functions : {
      for secret in distinct([for mounted in settings.secrets : mounted.secret]) :
      "${function}/${secret}" => { function = function, secret = secret }
    }
  ]...)

  secret_id = google_secret_manager_secret.secret[each.value.secret].id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.function[each.value.function].member
}

# Design B: Cloud Run itself admits our agents' service agents only.
resource "google_cloud_run_v2_service_iam_member" "dialogflow" {
  for_each = toset(local.verified_by_platform ? local.service_agents : [])

  name     = google_cloud_run_v2_service.function["webhook"].name
  location = var.region
  role     = "roles/run.invoker"
  member   = "serviceAccount:${each.key}"
}

# The only caller of notify and the only caller of retention.
resource "google_service_account" "caller" {
  for_each = toset(["notify", "retention"])

  account_id   = "call-${each.key}"
  display_name = "Calls the function ${each.key}"
  depends_on   = [google_project_service.api]
}

resource "google_cloud_run_v2_service_iam_member" "caller" {
  for_each = google_service_account.caller

  name     = google_cloud_run_v2_service.function[each.key].name
  location = var.region
  role     = "roles/run.invoker"
  member   = each.value.member
}
