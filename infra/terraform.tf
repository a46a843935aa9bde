terraform {
  required_version = ">= 1.9"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 7.45, < 9.0"
    }
  }

  # The state holds the attestation: keep it in a bucket that few may read.
  # terraform init -backend-config=bucket=BUCKET
  backend "gcs" {
    prefix = "trusted-fulfillment"
  }
}

provider "google" {
  project = var.project_id
  region  = var.region
}

data "google_project" "this" {}
