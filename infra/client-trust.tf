# Which client certificates open a connection to the webhook. Attached to its HTTPS proxy in load-balancer-webhook.tf.

locals {
  peer_profiles = jsondecode(file("${path.module}/trust/profiles.json"))

  # By file name: two profiles may share an anchor, and the order does not matter.
  trust_anchors = toset(flatten([
    for name in var.peer_profiles : [for anchor in local.peer_profiles[name].anchors : anchor.file]
  ]))
}

resource "google_certificate_manager_trust_config" "dialogflow" {
  name        = "dialogflow"
  description = "The authorities behind Dialogflow's client certificate."
  location    = "global"

  # A trust config has one trust store. Dialogflow sends its intermediates in the handshake.
  trust_stores {
    dynamic "trust_anchors" {
      for_each = local.trust_anchors
      content {
        pem_certificate = file("${path.module}/trust/${trust_anchors.value}")
      }
    }
  }

  depends_on = [google_project_service.api]
}

resource "google_network_security_server_tls_policy" "dialogflow" {
  name        = "dialogflow"
  description = "No connection without a client certificate of one of Dialogflow's authorities."
  location    = "global"
  allow_open  = false

  mtls_policy {
    client_validation_mode = "REJECT_INVALID"
    # By project number: the API answers with it, and the project id would show as a change for ever.
    client_validation_trust_config = "projects/${data.google_project.this.number}/locations/global/trustConfigs/${google_certificate_manager_trust_config.dialogflow.name}"
  }

  lifecycle {
    # A policy in use cannot be deleted.
    create_before_destroy = true
  }

  depends_on = [google_project_service.api]
}
