# What the load balancer tells the webhook about a connection. It overwrites these headers on every request, so through
# a backend service that sets them they cannot be forged; every backend service that reaches the webhook must.

locals {
  peer_certificate_headers = jsondecode(file("${path.module}/peer-certificate-headers.json"))

  webhook_request_headers = concat(
    [for header, variable in local.peer_certificate_headers : "${header}:{${variable}}"],
    ["X-Lb-Attestation:${var.lb_attestations[0]}"],
  )
}
