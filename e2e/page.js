// Runs in every page of a test's browser before the page's own scripts. It
// notes what the agent would see and hear, with times, and changes nothing.
(() => {
  if (!/^https?:$/.test(location.protocol) || window !== window.top) return;
  localStorage.setItem('ringdesk.rawAudio', '1');

  const keepMs = 180_000;
  const rate = 8000;
  const boxes = []; // {kind, call, text, shown, gone}: ring boxes and call boxes
  const notices = []; // {text, at}
  const statuses = []; // {text, at}: each word of each status line, however short it stood
  const said = new WeakMap(); // what a status line says now
  const clicks = []; // {name, at}
  const answers = []; // when this browser sent the 200 of an INVITE
  const sound = []; // {at, pcm}: what came out of the far side, at 8000 Hz
  const microphones = []; // the tracks that the page has opened
  let listening = 0;
  let reading = 0; // how many tracks are read now

  const devices = navigator.mediaDevices;
  if (devices) {
    const open = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (wish) => {
      const stream = await open(wish);
      microphones.push(...stream.getAudioTracks());
      return stream;
    };
  }

  // The name as screen readers have it, without the keys that stand beside it.
  function labelOf(el) {
    const label = el.getAttribute('aria-label');
    if (label !== null) return label.trim();
    if (!el.querySelector('[aria-hidden=true]')) return el.textContent.trim();
    const copy = el.cloneNode(true);
    for (const hidden of copy.querySelectorAll('[aria-hidden=true]')) hidden.remove();
    return copy.textContent.trim();
  }
  const isVisible = (el) => {
    const box = el.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && getComputedStyle(el).visibility !== 'hidden';
  };

  function look() {
    const now = Date.now();
    const there = new Map();
    for (const el of document.querySelectorAll('[data-testid=ring-box], [data-testid=call-box]')) {
      there.set(`${el.dataset.testid} ${el.dataset.call}`, el);
    }
    for (const box of boxes) {
      const key = `${box.kind} ${box.call}`;
      const el = there.get(key);
      if (box.gone === 0 && !el) box.gone = now;
      if (box.gone === 0 && el) {
        box.text = el.innerText;
        there.delete(key);
      }
    }
    for (const el of there.values()) {
      boxes.push({ kind: el.dataset.testid, call: el.dataset.call, text: el.innerText, shown: now, gone: 0 });
    }
    for (const el of document.querySelectorAll('[role=alert], [data-testid=ring-ending]')) {
      if (el.dataset.e2eSeen || !el.textContent) continue;
      el.dataset.e2eSeen = '1';
      notices.push({ text: el.textContent.trim(), at: now });
    }
    for (const el of document.querySelectorAll('[role=status]')) {
      const text = el.textContent.trim();
      if (said.get(el) === text) continue;
      said.set(el, text);
      statuses.push({ text, at: now });
    }
  }
  new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });

  document.addEventListener(
    'click',
    (event) => {
      const el = event.target.closest?.('button, a, [role=menuitem]');
      if (el) clicks.push({ name: labelOf(el), at: Date.now() });
    },
    true,
  );

  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    if (typeof data === 'string' && data.startsWith('SIP/2.0 200') && /^CSeq: *\d+ INVITE/im.test(data)) answers.push(Date.now());
    return send.call(this, data);
  };

  // What the page plays is what it hears: the stream given to #remote-audio.
  const { get, set } = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject');
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
    configurable: true,
    get,
    set(stream) {
      set.call(this, stream);
      if (this.id === 'remote-audio') void listen(this, stream, ++listening);
    },
  });

  async function listen(audio, stream, mine) {
    const track = stream?.getAudioTracks()[0];
    if (!track) return;
    // A page that is busy for a second reads late, and loses nothing of what was played meanwhile.
    const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 1000 }).readable.getReader();
    let place = 0;
    reading++;
    let ahead = Infinity; // from a piece's own time to the clock's, by the piece that was read the soonest
    for (;;) {
      const { done, value } = await reader.read();
      if (done || mine !== listening) break;
      const ms = (value.numberOfFrames / value.sampleRate) * 1000;
      ahead = Math.min(ahead, Date.now() - ms - value.timestamp / 1000);
      const now = value.timestamp / 1000 + ahead;
      // Pieces come in bursts: they follow one another unless their own times say otherwise.
      if (Math.abs(now - place) > 80) place = now;
      sound.push({ at: place, pcm: toRate(value, audio.paused || audio.muted || audio.volume === 0) });
      place += ms;
      value.close();
      while (sound.length > 0 && sound[0].at < now - keepMs) sound.shift();
    }
    reading--;
    void reader.cancel();
  }

  function toRate(data, silent) {
    const step = data.sampleRate / rate;
    const pcm = new Int16Array(Math.floor(data.numberOfFrames / step));
    if (silent) return pcm;
    const all = new Float32Array(data.numberOfFrames);
    data.copyTo(all, { planeIndex: 0, format: 'f32-planar' });
    for (let i = 0; i < pcm.length; i++) {
      const from = Math.floor(i * step);
      const to = Math.floor((i + 1) * step);
      let sum = 0;
      for (let j = from; j < to; j++) sum += all[j];
      pcm[i] = Math.max(-32768, Math.min(32767, Math.round((sum / (to - from)) * 32767)));
    }
    return pcm;
  }

  // heard gives base64 of little-endian 16-bit samples, silence where nothing came.
  async function heard(from, to) {
    // A busy page has not read yet all that it has played.
    for (let tries = 0; tries < 200 && reading > 0 && (sound.at(-1)?.at ?? 0) + 20 < to; tries++) await new Promise((resolve) => setTimeout(resolve, 10));
    const pcm = new Int16Array(Math.max(0, Math.round(((to - from) * rate) / 1000)));
    for (const piece of sound) {
      const at = Math.round(((piece.at - from) * rate) / 1000);
      if (at >= 0 && at + piece.pcm.length <= pcm.length) pcm.set(piece.pcm, at);
    }
    const bytes = new Uint8Array(pcm.buffer);
    let text = '';
    for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
    return btoa(text);
  }

  // spot gives the middle of a button, link or menu item that can be clicked now, else why not.
  function spot(name) {
    const all = [...document.querySelectorAll('button, a, label, [role=button], [role=menuitem], [role=radio]')].filter((el) => labelOf(el) === name);
    const el = all.find(isVisible);
    if (!el) return { why: all.length > 0 ? 'it is not visible' : 'it is not there' };
    if (el.disabled || el.dataset.disabled || el.dataset.loading) return { why: 'it is disabled' };
    return middle(el);
  }

  function middle(el) {
    if (el.closest('[data-guarded]')) return { why: 'the dock takes no clicks for a moment' };
    el.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    const box = el.getBoundingClientRect();
    const x = box.x + box.width / 2;
    const y = box.y + box.height / 2;
    const top = document.elementFromPoint(x, y);
    if (!top || !(el.contains(top) || top.contains(el))) return { why: `it is covered by ${top?.outerHTML.slice(0, 80)}` };
    return { x, y };
  }

  // field gives the middle of a text field by its label.
  function field(name) {
    const el = [...document.querySelectorAll('input, textarea')].find(
      (input) => isVisible(input) && (input.labels?.[0]?.textContent?.trim() === name || input.getAttribute('aria-label') === name),
    );
    return el ? middle(el) : { why: 'it is not there' };
  }

  // place gives the middle of what a CSS selector finds.
  function place(selector) {
    const el = [...document.querySelectorAll(selector)].find(isVisible);
    return el ? middle(el) : { why: 'it is not there' };
  }

  window.__e2e = {
    boxes, notices, statuses, clicks, answers, heard, spot, field, place,
    microphones: () => microphones.filter((track) => track.readyState === 'live').length,
    // A phone that has just registered is not rung before the server has heard of it.
    phone: () => {
      const { state, word } = document.querySelector('[data-testid=phone-state]')?.dataset ?? {};
      return state === 'ready' && word === 'connecting' ? 'not known to the server' : (state ?? '');
    },
    text: (selector) => [...document.querySelectorAll(selector)].filter(isVisible).map((el) => el.innerText),
  };
})();
