# The store: users, grants, sign-ins that are under way. Read and written by the functions only.

locals {
  # Every collection that the code declares: `collection('name', …)`. From a record's expiry on the code takes it for gone.
  # Firestore deletes it within a day; but where the purge has work to do first, revoking tokens at their provider, only
  # when the purge has not come to it for a month.
  collections = {
    answers           = { purged_first = false }
    auditEntries      = { purged_first = false }
    erasures          = { purged_first = true }
    grants            = { purged_first = true }
    heldNotifications = { purged_first = true }
    identities        = { purged_first = false }
    links             = { purged_first = false }
    neverLinked       = { purged_first = false }
    notifications     = { purged_first = false }
    profiles          = { purged_first = true }
    questions         = { purged_first = false }
    retentionSettings = { purged_first = false }
    revocations       = { purged_first = true }
    signIns           = { purged_first = true }
    undelivered       = { purged_first = false }
    users             = { purged_first = false }
  }
}

resource "google_firestore_database" "store" {
  name                              = "fulfillment"
  location_id                       = coalesce(var.firestore_location, var.region)
  type                              = "FIRESTORE_NATIVE"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"
  delete_protection_state           = var.deletion_protection ? "DELETE_PROTECTION_ENABLED" : "DELETE_PROTECTION_DISABLED"
  deletion_policy                   = "DELETE"
  depends_on                        = [google_project_service.api]
}

resource "google_firestore_field" "expiry" {
  for_each = local.collections

  database   = google_firestore_database.store.name
  collection = each.key
  field      = "expireAt"

  ttl_config {
    expiration_offset = each.value.purged_first ? "2592000s" : null
  }
}

# Nobody searches by a record's content: records are found by key, by expiry and by what stands in `indexed`.
resource "google_firestore_field" "value" {
  for_each = local.collections

  database   = google_firestore_database.store.name
  collection = each.key
  field      = "value"

  index_config {}
}
