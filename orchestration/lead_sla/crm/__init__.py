"""What is new in a CRM, read through its API into files under the landing folder."""
