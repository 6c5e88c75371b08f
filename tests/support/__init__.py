"""What tests share: small companies, servers, a browser, the command line."""
