// Signs on to an IFCB's hub with Microsoft's own client and tells what it heard, as one JSON line.
const signalR = require("@microsoft/signalr");
const { MessagePackHubProtocol } = require("@microsoft/signalr-protocol-msgpack");

const PROTOCOLS = { json: signalR.JsonHubProtocol, messagepack: MessagePackHubProtocol };

async function main(url, serial, protocol) {
  const connection = new signalR.HubConnectionBuilder()
    .withUrl(url)
    .withHubProtocol(new PROTOCOLS[protocol]())
    .configureLogging(signalR.LogLevel.Error)
    .build();
  const texts = [];
  const started = new Promise((resolve) => connection.on("startedAsClient", resolve));
  const heard = (text) => texts.some((one) => one.startsWith(text));
  connection.on("heartbeat", () => {});
  connection.on("messageRelayed", (sender, source, seqno, text) => texts.push(text));
  await connection.start();
  await connection.invoke("startAsClient", serial);
  await started;
  await connection.invoke("relayMessageToHost", serial, "refresh");
  await connection.invoke("relayMessageToHost", serial, "daq:switchauxpower1:1");
  // The syringe is the last thing the instrument tells of when it is asked for everything.
  while (!heard("syringetrack:") || !heard("reportevent:Aux power 1"))
    await new Promise((resolve) => setTimeout(resolve, 20));
  const refusal = await connection.invoke("launch").catch((error) => error.message);
  await connection.stop();
  console.log(JSON.stringify({ texts, refusal }));
}

main(...process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
