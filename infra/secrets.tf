# The secrets. Except for the attestation, which the load balancer has to be told too, no value is known to Terraform:
# a secret begins as "unset", which no function takes for a key, and gets its value by
# gcloud secrets versions add SECRET --data-file=FILE

locals {
  # Every "env:NAME" in the services file is a secret, mounted as NAME: GOOGLE_CLIENT_SECRET in google-client-secret.
  authentication_secrets = {
    for name in distinct(flatten(regexall("\"env:([A-Z][A-Z0-9_]*)\"", local.authentication_services))) :
    name => { secret = lower(replace(name, "_", "-")), version = "latest" }
  }

  # By fingerprint, so that adding a value or dropping one leaves the other where it is. The first is the one sent.
  attestation_fingerprints = nonsensitive([for value in var.lb_attestations : substr(sha256(value), 0, 8)])

  # Versions by number, not latest: a change of the list is a new revision, which knows every value before the load
  # balancer sends it, since the backend service depends on the function.
  attestation_secrets = {
    for index, fingerprint in local.attestation_fingerprints : "LB_ATTESTATION_${index + 1}" => {
      secret  = "lb-attestation"
      version = google_secret_manager_secret_version.lb_attestation[fingerprint].version
    }
  }
}

resource "google_secret_manager_secret" "secret" {
  for_each = toset(concat(["channel-credentials", "lb-attestation", "session-keys", "token-keys"], values(local.authentication_secrets)[*].secret))

  secret_id = each.key

  replication {
    auto {}
  }

  depends_on = [google_project_service.api]
}

resource "google_secret_manager_secret_version" "lb_attestation" {
  for_each = toset(local.attestation_fingerprints)

  secret      = google_secret_manager_secret.secret["lb-attestation"].id
  secret_data = var.lb_attestations[index(local.attestation_fingerprints, each.key)]

  lifecycle {
    # An old version goes when no revision needs it any more.
    create_before_destroy = true
  }
}

resource "google_secret_manager_secret_version" "unset" {
  for_each = { for name, secret in google_secret_manager_secret.secret : name => secret.id if name != "lb-attestation" }

  secret = each.value
  # Without credentials no channel takes a message, but notify starts.
  secret_data = each.key == "channel-credentials" ? "{}" : "unset"
}
