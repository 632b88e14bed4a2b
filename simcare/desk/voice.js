/* The sound of a call: the patient's voice, the ring, and dictation. Nothing here is needed to play: what is said always
   stands on the screen, everything is off until a person switches it on, and no move ever waits for a sound. */

const TELEPHONE = { low: 300, high: 3400 };
const SOUND_WITHIN_MS = 8_000;
const WOMEN = /\b(female|woman|samantha|victoria|zira|susan|karen|moira|tessa|aria|jenny|paulina|monica|helena|sabina)\b/i;
const MEN = /\b(male|man|daniel|david|alex|fred|mark|guy|george|jorge|juan|diego|pablo|raul)\b/i;

class Voice {
  constructor(desk) {
    this.desk = desk;
    this.ticket = 0;
    this.heard = null; // how many lines of the call were there when they were last looked at
    this.phase = null;
    this.waiting = new Map();
    this.onVoices = () => desk.draw();
    this.onSound = (content, buffers) => this.arrived(content, buffers);
    globalThis.speechSynthesis?.addEventListener?.("voiceschanged", this.onVoices);
    desk.model.on("msg:custom", this.onSound);
  }

  close() {
    this.hush();
    this.stopDictation();
    globalThis.speechSynthesis?.removeEventListener?.("voiceschanged", this.onVoices);
    this.desk.model.off("msg:custom", this.onSound);
    this.context?.close();
  }

  // -- the switch ------------------------------------------------------------------------------------------------------

  get on() {
    return this.kept("voice") === "on" && this.by !== null;
  }

  /** Say who would speak: a recording, this browser, a program of this computer, or nobody (null). */
  get by() {
    if (this.local(this.desk.view.language ?? "en").length) return "browser";
    if (this.served?.program) return "program";
    return this.served && this.desk.view.recorded ? "recording" : null;
  }

  /** What Python can add; undefined where nobody answers for sounds, as at the author's bench. */
  get served() {
    const served = this.desk.model.get("voice");
    return served?.program === undefined ? undefined : served;
  }

  /** Switch the voice; what was chosen stays, for this person on this computer. */
  turn(on) {
    this.keep("voice", on ? "on" : "off");
    if (on) this.wake();
    else this.hush();
    this.desk.draw();
  }

  kept(name) {
    return remembered(`simcare.${name}.${this.desk.view.learner ?? ""}`);
  }

  keep(name, value) {
    remember(`simcare.${name}.${this.desk.view.learner ?? ""}`, value);
  }

  // -- speaking --------------------------------------------------------------------------------------------------------

  /** Say the lines that are new in a view; what was there when the page or a saved call opened is not said again. */
  hear(view, sent) {
    const lines = view.phase === "call" || view.phase === "wrap" ? view.lines ?? [] : null;
    if (lines === null) {
      this.hush();
      this.heard = view.phase === "paused" ? this.heard : null;
      return;
    }
    const over = view.phase === "wrap" && this.phase === "call";
    this.phase = view.phase;
    const before = sent === "dial" ? 0 : this.heard ?? lines.length;
    this.heard = lines.length;
    if (!this.on) return;
    const fresh = lines.slice(before).filter((line) => view.voices?.[line.id]).map((line) => ({ ...line, how: view.voices[line.id] }));
    if (sent === "dial" || over || fresh.length) this.say(fresh, { ring: sent === "dial", over });
  }

  async say(lines, { ring, over }) {
    this.hush();
    const ticket = this.ticket;
    const asked = lines.filter((line) => this.served && (line.how.recorded || !this.choose(line))).map((line) => line.id);
    const sounds = new Map(asked.map((id) => [id, this.ask(id)]));
    if (asked.length) this.desk.model.send({ kind: "voice", ticket, lines: asked });
    if (ring) await this.tone([440, 480], 1.3, ticket);
    for (const line of lines) {
      if (ticket !== this.ticket) return;
      const sound = sounds.has(line.id) ? await sounds.get(line.id) : null;
      if (ticket !== this.ticket) return;
      if (sound) await this.play(sound, ticket);
      else if (this.choose(line)) await this.speak(line, ticket);
    }
    if (over && ticket === this.ticket) await this.tone([480, 620], 0.5, ticket);
  }

  /** Be silent at once. */
  hush() {
    this.ticket += 1;
    globalThis.speechSynthesis?.cancel();
    this.source?.stop();
    this.source = null;
    for (const give of this.waiting.values()) give(null);
    this.waiting.clear();
  }

  /** Return the voices that speak without sending the words anywhere. */
  local(language) {
    const all = globalThis.speechSynthesis?.getVoices?.() ?? [];
    return all.filter((voice) => voice.localService && voice.lang.toLowerCase().replace("_", "-").startsWith(language));
  }

  choose(line) {
    const voices = this.local(line.how.language);
    const named = { female: WOMEN, male: MEN }[line.how.sex];
    const fitting = voices.filter((voice) => named?.test(voice.name));
    const pool = fitting.length ? fitting : voices;
    const place = [...line.name].reduce((sum, letter) => sum + letter.codePointAt(0), 0);
    return pool[place % pool.length];
  }

  async speak(line, ticket) {
    const voice = this.choose(line);
    const parts = line.text.replace(/\[[^\]]*\]/g, " ").split(/(?<=[.!?…])\s+/).filter((part) => /[\p{L}\p{N}]/u.test(part));
    for (const part of parts) {
      if (ticket !== this.ticket) return;
      await new Promise((done) => {
        const words = new SpeechSynthesisUtterance(part);
        Object.assign(words, { voice, lang: voice.lang, rate: line.how.rate, pitch: line.how.pitch, onend: done, onerror: done });
        this.words = words; // held, or some browsers forget it before its end
        globalThis.speechSynthesis.speak(words);
      });
    }
  }

  // -- sounds from Python, and those made here -------------------------------------------------------------------------

  ask(id) {
    return new Promise((give) => {
      this.waiting.set(id, give);
      setTimeout(() => give(null), SOUND_WITHIN_MS);
    });
  }

  arrived(content, buffers) {
    if (content?.kind !== "voice" || content.ticket !== this.ticket) return;
    const bytes = buffers?.[0];
    this.waiting.get(content.line)?.(bytes ? bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) : null);
    this.waiting.delete(content.line);
  }

  wake() {
    try {
      this.context ??= new AudioContext();
      this.context.resume().catch(() => {});
    } catch {
      this.context = null; // a computer without sound: what is said is read
    }
    return this.context;
  }

  async play(sound, ticket) {
    const context = this.wake();
    const decoded = await context?.decodeAudioData(sound).catch(() => null);
    if (!decoded || ticket !== this.ticket) return;
    const source = new AudioBufferSourceNode(context, { buffer: decoded });
    const low = new BiquadFilterNode(context, { type: "highpass", frequency: TELEPHONE.low });
    const high = new BiquadFilterNode(context, { type: "lowpass", frequency: TELEPHONE.high });
    source.connect(low).connect(high).connect(context.destination);
    await this.ended(source, decoded.duration);
  }

  async tone(frequencies, seconds, ticket) {
    const context = this.wake();
    if (!context || ticket !== this.ticket) return;
    const gain = new GainNode(context, { gain: 0.06 });
    gain.connect(context.destination);
    const sources = frequencies.map((frequency) => new OscillatorNode(context, { frequency }));
    for (const source of sources) source.connect(gain);
    for (const source of sources.slice(1)) source.start();
    await this.ended(sources[0], seconds);
    for (const source of sources.slice(1)) source.stop();
    gain.disconnect();
  }

  /** Let a source sound for its time, or until it is hushed; a sleeping sound card never holds up what comes next. */
  ended(source, seconds) {
    return new Promise((done) => {
      this.source = source;
      source.onended = done;
      source.start();
      if (source instanceof OscillatorNode) source.stop(source.context.currentTime + seconds);
      setTimeout(done, seconds * 1000 + 400);
    });
  }

  // -- dictation -------------------------------------------------------------------------------------------------------

  get canDictate() {
    return Boolean(globalThis.SpeechRecognition ?? globalThis.webkitSpeechRecognition);
  }

  get dictates() {
    return this.canDictate && this.kept("dictation") === "on";
  }

  dictate() {
    if (this.listening) return this.stopDictation();
    const Recognition = globalThis.SpeechRecognition ?? globalThis.webkitSpeechRecognition;
    const listening = new Recognition();
    Object.assign(listening, { lang: this.desk.view.language === "es" ? "es-US" : "en-US", continuous: false, interimResults: false });
    listening.onresult = (event) => {
      const words = [...event.results].map((result) => result[0].transcript.trim()).join(" ");
      const { ui } = this.desk;
      this.desk.set({ draft: [ui.draft, words].filter(Boolean).join(" ") }, "say");
    };
    listening.onend = () => { this.listening = null; this.desk.draw(); };
    listening.onerror = () => this.stopDictation();
    this.listening = listening;
    this.hush();
    listening.start();
    this.desk.draw();
  }

  stopDictation() {
    this.listening?.stop();
    this.listening = null;
  }
}

const SPEAKERS_OF = {
  browser: "It is spoken by a voice of this computer; nothing leaves it.",
  program: "It is spoken by a program on this computer; nothing leaves it.",
  recording: "It was recorded for this call.",
};

/** The one switch of the voice, as it stands before the call and among the keys. */
function voiceSwitch(desk, id) {
  const { voice } = desk;
  if (voice.by === null) return h("p", { class: "help", key: "no-voice" }, "This computer has no voice for the patient: what is said stands on the screen.");
  return h("div", { class: "voice", key: "voice" },
    h("label", { class: "toggle" },
      h("input", { type: "checkbox", checked: voice.on, "aria-describedby": `simcare-voice-${id}`, onchange: (event) => voice.turn(event.target.checked) }),
      h("span", null, "Let me hear the patient")),
    h("p", { class: "help", id: `simcare-voice-${id}` }, SPEAKERS_OF[voice.by], " The words stay on the screen, and your choice stays until you change it."));
}

function dictationSwitch(desk) {
  const { voice } = desk;
  return voice.canDictate && h("div", { class: "voice", key: "dictation" },
    h("label", { class: "toggle" },
      h("input", { type: "checkbox", checked: voice.dictates, "aria-describedby": "simcare-dictation-help",
        onchange: (event) => { voice.keep("dictation", event.target.checked ? "on" : "off"); if (!event.target.checked) voice.stopDictation(); desk.draw(); } }),
      h("span", null, "Dictate through this browser")),
    h("p", { class: "help", id: "simcare-dictation-help" },
      "Careful: the browser may send what the microphone hears to its maker's computers. Without this, the dictation of your own computer works in the text box."));
}
