-- Sample fetches for what HAProxy itself shows in another encoding, or not at all.

local function base64(txn)
  return function(bytes)
    return txn.c:base64(bytes)
  end
end

core.register_fetches('client_cert_field', function(txn, variable)
  return certificate_fields(txn.f:ssl_c_der(), base64(txn))[variable]
end)

core.register_fetches('client_cert_chain', function(txn)
  return certificate_chain(txn.f:ssl_c_chain_der() or '', base64(txn))
end)
