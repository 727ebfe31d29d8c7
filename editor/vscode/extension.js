// Starts the language server: serai agreement lsp.
const { workspace } = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

let client;

exports.activate = () => {
  const command = workspace.getConfiguration('serai').get('path');
  const server = { command, args: ['agreement', 'lsp'] };

  client = new LanguageClient('serai', 'Agreements of Serai', server, { documentSelector: [{ language: 'agreement' }] });
  return client.start();
};

exports.deactivate = () => client && client.stop();
