output "dns_records" {
  description = "What to enter at the domains' DNS: addresses, and the records by which Google may issue certificates."
  value = concat(
    [
      { name = var.webhook_domain, type = "A", data = google_compute_global_address.webhook.address },
      { name = var.auth_domain, type = "A", data = google_compute_global_address.auth.address },
    ],
    [
      for authorization in google_certificate_manager_dns_authorization.front_end : {
        name = authorization.dns_resource_record[0].name
        type = authorization.dns_resource_record[0].type
        data = authorization.dns_resource_record[0].data
      }
    ],
  )
}

output "webhook_url" {
  description = "What to enter as the agent's webhook."
  value       = local.webhook_url
}

output "sign_in_callback" {
  description = "What to register with an identity provider as redirect URI, with the service's name for SERVICE."
  value       = "https://${var.auth_domain}/callback/SERVICE"
}

output "notifications_topic" {
  description = "Where applications publish messages for users. Whoever may do so needs roles/pubsub.publisher on it."
  value       = google_pubsub_topic.notifications.id
}

output "secrets_to_set" {
  description = "Each gets its value by: gcloud secrets versions add SECRET --data-file=FILE"
  value       = [for name in keys(google_secret_manager_secret_version.unset) : name if name != "channel-credentials"]
}

output "build_substitutions" {
  description = "For gcloud builds submit --substitutions."
  value       = join(",", [for name, value in local.build_substitutions : "${name}=${value}" if value != ""])
}

output "deployer" {
  description = "The service account that builds and deploys."
  value       = google_service_account.deployer.id
}
