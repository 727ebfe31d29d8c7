// Files out of what was dropped, those in folders too.

const DEEP = 3;   // folders in folders
const MOST = 200; // files

const once = call => new Promise((done, fail) => call(done, fail));

async function walk(entry, deep, out) {
  if (out.length >= MOST || entry.name.startsWith("."))
    return;
  if (entry.isFile) {
    out.push(await once((done, fail) => entry.file(done, fail)));
  } else if (deep < DEEP) {
    const reader = entry.createReader();
    for (let part; (part = await once((done, fail) => reader.readEntries(done, fail))).length;)
      for (const e of part)
        await walk(e, deep + 1, out);
  }
}

export async function filesOf(transfer) {
  // Entries must be taken before the first wait: the browser empties the transfer after its event.
  const entries = [...transfer.items ?? []].map(i => i.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length)
    return [...transfer.files];
  const out = [];
  for (const e of entries)
    await walk(e, 0, out);
  return out;
}
