-- Fields of a client's certificate in the load balancer's encodings, for a proxy that shows them otherwise or not at all.
-- Loaded by Envoy (LuaJIT) before envoy.lua and by HAProxy (Lua 5.3) before haproxy.lua.

-- The elements of DER that stand one after the other. X.690 §8.1
local function elements(der)
  local list, at = {}, 1
  while at <= #der do
    local length, start = der:byte(at + 1), at + 2
    if length > 127 then
      -- Long form: the low bits count the bytes that hold the length. X.690 §8.1.3.5
      local bytes = length - 128
      length = 0
      for byte = start, start + bytes - 1 do
        length = length * 256 + der:byte(byte)
      end
      start = start + bytes
    end
    local contents = der:sub(start, start + length - 1)
    list[#list + 1] = { tag = der:byte(at), contents = contents, encoding = der:sub(at, start + length - 1) }
    at = start + length
  end
  return list
end

local EXPLICIT_EXTENSIONS, DNS_NAME, URI = 0xa3, 0x82, 0x86
-- 2.5.29.17. RFC 5280 §4.2.1.6
local SUBJECT_ALTERNATIVE_NAME = '\85\29\17'

local function subject_alternative_names(extensions)
  for _, extension in ipairs(elements(elements(extensions)[1].contents)) do
    local parts = elements(extension.contents)
    if parts[1].contents == SUBJECT_ALTERNATIVE_NAME then return elements(elements(parts[#parts].contents)[1].contents) end
  end
  return {}
end

-- Serial number and names of a version 3 certificate, by the variables of the load balancer. RFC 5280 §4.1
function certificate_fields(der, base64)
  local tbs = elements(elements(elements(der)[1].contents)[1].contents)
  local extensions = tbs[#tbs]
  local names = extensions.tag == EXPLICIT_EXTENSIONS and subject_alternative_names(extensions.contents) or {}
  local spiffe, uris, dns_names = '', {}, {}
  for _, name in ipairs(names) do
    if name.tag == DNS_NAME then
      dns_names[#dns_names + 1] = base64(name.contents)
    elseif name.tag == URI and spiffe == '' and name.contents:find('^spiffe://') then
      spiffe = name.contents
    elseif name.tag == URI then
      uris[#uris + 1] = base64(name.contents)
    end
  end
  return {
    client_cert_serial_number = tbs[2].contents:gsub('.', function(byte) return ('%02x:'):format(byte:byte()) end):sub(1, -2),
    client_cert_issuer_dn = base64(tbs[4].encoding),
    client_cert_subject_dn = base64(tbs[6].encoding),
    client_cert_spiffe_id = spiffe,
    client_cert_uri_sans = table.concat(uris, ','),
    client_cert_dnsname_sans = table.concat(dns_names, ','),
  }
end

-- Each of the certificates as a byte sequence. RFC 9440 §2.2
function certificate_chain(ders, base64)
  local sequences = {}
  for _, certificate in ipairs(elements(ders)) do
    sequences[#sequences + 1] = ':' .. base64(certificate.encoding) .. ':'
  end
  return table.concat(sequences, ', ')
end
