import type { HeaderField } from '../../../infra/local/gateway/proxied-headers.ts'
import { defineProxy, type ReverseProxy } from './proxy.ts'

/** nginx leaves a header with an empty value out; a space is a value, and the receiver strips it. RFC 9112 §5.1 */
const setHeader = ([name, value]: HeaderField): string => `proxy_set_header ${name} "${value || ' '}";`

/**
 * nginx in front of a webhook, which lets every client in.
 *
 * @param fields the headers that it sets, the same for every client: it has no words for most of them
 * @param recorder gets a copy of each request that goes to the webhook
 */
export const nginx = (fields: readonly HeaderField[], recorder: URL): Promise<ReverseProxy> =>
  defineProxy({
    name: 'nginx',
    program: 'nginx',
    versionArgument: '-v',
    how: 'test/real/install.sh, or: apt-get install nginx',
    async configure({ port, upstream }, files) {
      const configuration = `
daemon off;
master_process off;
pid ${files.directory}/nginx.pid;
error_log stderr;

events {}

http {
  access_log off;
  client_body_temp_path ${files.directory};
  proxy_temp_path ${files.directory};
  fastcgi_temp_path ${files.directory};
  scgi_temp_path ${files.directory};
  uwsgi_temp_path ${files.directory};

  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${files.certificate};
    ssl_certificate_key ${files.certificate};
    ssl_client_certificate ${files.anchors};
    ssl_verify_client optional_no_ca;
    large_client_header_buffers 4 64k;

    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    ${fields.map(setHeader).join('\n    ')}

    location / {
      mirror /mirror;
      proxy_pass ${upstream.origin};
    }
    location = /mirror {
      internal;
      proxy_pass ${recorder.origin}$request_uri;
    }
  }
}
`
      return ['-c', await files.write('nginx.conf', configuration)]
    },
    reasons: [],
  })
