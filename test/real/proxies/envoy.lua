-- Puts what Envoy itself shows in another encoding, or not at all, into the dynamic metadata of the request.

local ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

local function from_base64(text)
  local bytes, value, bits = {}, 0, 0
  for digit in text:gmatch('[%w+/]') do
    value, bits = value * 64 + ALPHABET:find(digit, 1, true) - 1, bits + 6
    if bits >= 8 then
      bits = bits - 8
      bytes[#bytes + 1] = string.char(math.floor(value / 2 ^ bits))
      value = value % 2 ^ bits
    end
  end
  return table.concat(bytes)
end

local function from_hex(text)
  return (text:gsub('%x%x', function(byte) return string.char(tonumber(byte, 16)) end))
end

-- The certificates of URL-encoded PEM, as DER. RFC 7468 §2
local function ders(pem)
  local list = {}
  for base64 in pem:gsub('%%(%x%x)', from_hex):gmatch('BEGIN CERTIFICATE%-+(.-)%-') do
    list[#list + 1] = from_base64(base64)
  end
  return list
end

function envoy_on_request(handle)
  local ssl = handle:streamInfo():downstreamSslConnection()
  if not ssl:peerCertificatePresented() then return end

  local function base64(bytes)
    return handle:base64Escape(bytes)
  end
  local leaf, chain = nil, {}
  for _, der in ipairs(ders(ssl:urlEncodedPemEncodedPeerCertificateChain())) do
    if leaf == nil then leaf = der else chain[#chain + 1] = der end
  end
  local values = certificate_fields(leaf, base64)
  values.client_cert_sha256_fingerprint = base64(from_hex(ssl:sha256PeerCertificateDigest())):gsub('=', '')
  values.client_cert_leaf = certificate_chain(leaf, base64)
  values.client_cert_chain = certificate_chain(table.concat(chain), base64)
  for variable, value in pairs(values) do
    handle:streamInfo():dynamicMetadata():set('client', variable, value)
  end
end
