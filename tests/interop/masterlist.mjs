// A master list read and verified by pkijs: who signed, what holds, which certificates are in it.
import { readFileSync } from 'node:fs';
import { webcrypto, createHash } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';

pkijs.setEngine('node', new pkijs.CryptoEngine({ name: 'node', crypto: webcrypto }));
const exact = (b) => b.buffer.slice(b.byteOffset, b.byteOffset + b.byteLength);

async function read(base64, root) {
  const content = pkijs.ContentInfo.fromBER(exact(Buffer.from(base64, 'base64')));
  const signed = new pkijs.SignedData({ schema: content.content });
  const trusted = pkijs.Certificate.fromBER(exact(Buffer.from(root, 'base64')));
  let holds = false;
  try {
    const result = await signed.verify({ signer: 0, checkChain: false, trustedCerts: [trusted], extendedMode: true });
    const signer = result.signerCertificate;
    holds = result.signatureVerified && (await signer.verify(trusted));
  } catch {
    holds = false;
  }
  const bytes = Buffer.from(signed.encapContentInfo.eContent.getValue());
  const list = asn1js.fromBER(exact(bytes)).result;
  const [version, set] = list.valueBlock.value;
  return {
    holds, type: signed.encapContentInfo.eContentType, version: signed.version, list: version.valueBlock.valueDec,
    certificates: set.valueBlock.value.map((v) => createHash('sha256').update(Buffer.from(v.toBER(false))).digest('hex')),
  };
}

const given = JSON.parse(readFileSync(0));
const refused = (e) => ({ holds: false, refused: String(e), certificates: [] });
console.log(JSON.stringify(await Promise.all(given.map(({ list, root }) => read(list, root).catch(refused)))));
