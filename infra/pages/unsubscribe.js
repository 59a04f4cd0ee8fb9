// A mail links here. Nothing changes before the button: programs that look at links of mails unsubscribe nobody.
const token = location.hash.slice(1);
const said = document.getElementById('said');
const stop = document.getElementById('stop');
stop.addEventListener('click', async () => {
  stop.hidden = true;
  const path = `/v1/mail-preferences/unsubscribe?token=${encodeURIComponent(token)}`;
  const answer = await fetch(path, { method: 'POST' }).catch(() => undefined);
  if (answer?.ok) {
    said.textContent = 'Done: you get no more mails of this kind.';
  } else if (answer?.status === 400) {
    said.textContent = 'This link is not valid any more. Use the one of a newer mail.';
  } else {
    said.textContent = 'That did not work. Try again in a while.';
    stop.hidden = false;
  }
});
