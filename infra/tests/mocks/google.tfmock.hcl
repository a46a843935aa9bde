# What the mocked cloud answers where the provider insists on a form. Everything else gets a random value.

mock_data "google_project" {
  defaults = { number = "123456789012" }
}

mock_resource "google_service_account" {
  defaults = {
    name   = "projects/example/serviceAccounts/somebody@example.iam.gserviceaccount.com"
    email  = "somebody@example.iam.gserviceaccount.com"
    member = "serviceAccount:somebody@example.iam.gserviceaccount.com"
  }
}

mock_resource "google_certificate_manager_dns_authorization" {
  defaults = {
    dns_resource_record = [{ name = "_acme-challenge.example.com.", type = "CNAME", data = "authorize.example.net." }]
  }
}
