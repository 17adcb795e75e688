
// The very program of the topic, as WebAssembly: it is given its command line, and says what it prints.
const program = (() => {
  // In a thread of its own, so that the page stays at work. What WASI (preview 1) asks of a system is arguments, a stream
  // to read and two to print to, a clock and chance; for all else the answer is that there is no such file.
  const inThread = () => {
    const [DONE, NO_SUCH_FILE] = [0, 8];
    // The program once more, in a memory of its own; `run` gives it its command line, and the file that it may read.
    const instantiate = async (module) => {
      let [args, unread] = [[], new Uint8Array()];
      const printed = ["", "", ""];
      const decoders = printed.map(() => new TextDecoder());
      let memory;
      const view = () => new DataView(memory.buffer);
      const print = (stream, text) => {
        printed[stream] += text;
        // A line comes in pieces.
        if (stream === 2 && text.endsWith("\n")) {
          printed[stream] = printed[stream].replace(/^progress: (\d+) of (\d+) (.*)\n/gm, (_, done, of, what) => {
            postMessage({ done: Number(done), of: Number(of), what });
            return "";
          });
        }
      };
      const system = {
        args_sizes_get(count, size) {
          view().setUint32(count, args.length, true);
          view().setUint32(size, args.reduce((sum, arg) => sum + arg.length, 0), true);
          return DONE;
        },
        args_get(pointers, at) {
          for (const [index, arg] of args.entries()) {
            view().setUint32(pointers + 4 * index, at, true);
            new Uint8Array(memory.buffer).set(arg, at);
            at += arg.length;
          }
          return DONE;
        },
        environ_sizes_get(count, size) {
          view().setUint32(count, 0, true);
          view().setUint32(size, 0, true);
          return DONE;
        },
        environ_get: () => DONE,
        clock_time_get(_clock, _precision, time) {
          view().setBigUint64(time, BigInt(Math.round(performance.now() * 1e6)), true);
          return DONE;
        },
        random_get(at, length) {
          crypto.getRandomValues(new Uint8Array(memory.buffer, at, length));
          return DONE;
        },
        fd_read(stream, pieces, count, read) {
          if (stream !== 0) return NO_SUCH_FILE;
          let length = 0;
          for (let piece = pieces; piece < pieces + 8 * count; piece += 8) {
            const some = unread.subarray(0, view().getUint32(piece + 4, true));
            new Uint8Array(memory.buffer).set(some, view().getUint32(piece, true));
            unread = unread.subarray(some.length);
            length += some.length;
          }
          view().setUint32(read, length, true);
          return DONE;
        },
        fd_write(stream, pieces, count, written) {
          if (stream !== 1 && stream !== 2) return NO_SUCH_FILE;
          let text = "";
          let length = 0;
          for (let piece = pieces; piece < pieces + 8 * count; piece += 8) {
            const bytes = new Uint8Array(memory.buffer, view().getUint32(piece, true), view().getUint32(piece + 4, true));
            text += decoders[stream].decode(bytes, { stream: true });
            length += bytes.length;
          }
          print(stream, text);
          view().setUint32(written, length, true);
          return DONE;
        },
        proc_exit(status) {
          throw { status };
        },
      };
      const imports = new Proxy(system, { get: (known, name) => known[name] ?? (() => NO_SUCH_FILE) });
      const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: imports });
      memory = instance.exports.memory;
      return async (line, file) => {
        args = line.map((arg) => new TextEncoder().encode(`${arg}\0`));
        let status = 0;
        try {
          if (file) unread = new Uint8Array(await file.arrayBuffer());
          instance.exports._start();
        } catch (end) {
          status = end.status ?? 2;
          if (end.status === undefined) printed[2] = `error: the program ended: ${end.message ?? end}\n`;
        }
        return { status, out: printed[1], error: printed[2].trim().replace(/^error: /, "") };
      };
    };
    let program;
    let run;
    onmessage = async ({ data: { module, line, file } }) => {
      program ??= module;
      run ??= instantiate(program);
      if (!line) return;
      const runs = await run;
      postMessage(await runs(line, file));
      // Ready for the next one.
      run = instantiate(program);
    };
  };
  const thread = URL.createObjectURL(new Blob([`(${inThread})()`], { type: "text/javascript" }));

  // Loaded where it is first asked for. A script, since a page that is opened from a disk may read nothing else.
  const load = async () => {
    await new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = "program.js";
      script.onload = done;
      script.onerror = () => failed(new Error("program.js is not beside this page"));
      document.head.append(script);
    });
    const packed = Uint8Array.from(atob(globalThis.workedExamples), (letter) => letter.charCodeAt(0));
    const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return WebAssembly.compile(await new Response(unpacked).arrayBuffer());
  };
  let module;
  let loaded;

  // A thread that has the program, and waits for a command line.
  let waiting;
  const start = () => {
    const worker = new Worker(thread);
    worker.postMessage({ module: loaded });
    return worker;
  };
  // What comes of a command line: its status, what was printed, and the line of an error. Nothing comes of one that is
  // stopped.
  return async (line, { file, signal, progress } = {}) => {
    module ??= load();
    loaded = await module;
    if (signal?.aborted) return undefined;
    const worker = waiting ?? start();
    waiting = undefined;
    const told = await new Promise((end, failed) => {
      signal?.addEventListener("abort", () => end(undefined));
      worker.onerror = (event) => failed(new Error(event.message));
      worker.onmessage = ({ data }) => ("status" in data ? end(data) : progress?.(data));
      worker.postMessage({ line, file });
    });
    if (told && !waiting) waiting = worker;
    else worker.terminate();
    return told;
  };
})();
