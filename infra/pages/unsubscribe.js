// Emails link here. Nothing changes until the button is clicked: link scanners must not unsubscribe anyone.
const token = location.hash.slice(1);
const said = document.getElementById('said');
const stop = document.getElementById('stop');
stop.addEventListener('click', async () => {
  stop.hidden = true;
  const path = `/v1/mail-preferences/unsubscribe?token=${encodeURIComponent(token)}`;
  const answer = await fetch(path, { method: 'POST' }).catch(() => undefined);
  if (answer?.ok) {
    said.textContent = 'You are unsubscribed from emails of this kind.';
  } else if (answer?.status === 400) {
    said.textContent = 'This link is no longer valid. Use the link in a newer email.';
  } else {
    said.textContent = 'Something went wrong. Please try again later.';
    stop.hidden = false;
  }
});
