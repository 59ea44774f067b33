/** Passkeys: the browser asks the device, the server's options and the device's answer go through as they are (W3C Web Authentication, level 3). */
export function passkeys(): void {
  document.addEventListener("click", async (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[data-passkey]");
    if (!button) {
      return;
    }
    const failed = button.closest(".needs-script")?.querySelector<HTMLElement>("[data-passkey-failed]");
    button.disabled = true;
    failed?.setAttribute("hidden", "");
    try {
      await (button.dataset.passkey === "add" ? add() : signIn(button.dataset.then ?? "/"));
    } catch {
      // Whoever closes the device's window has not done anything wrong; the same sentence tells them how to go on.
      failed?.removeAttribute("hidden");
      button.disabled = false;
    }
  });
}

async function signIn(then: string): Promise<void> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(await post("/api/v1/sign-in/passkey/options"));
  const credential = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  await post("/api/v1/sign-in/passkey", { credential: credential.toJSON() });
  location.assign(then);
}

async function add(): Promise<void> {
  const name = document.querySelector<HTMLInputElement>("#passkey-name")?.value.trim() || navigator.platform || "–";
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(await post("/api/v1/me/passkeys/options"));
  const credential = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  await post("/api/v1/me/passkeys", { name: name.slice(0, 60), credential: credential.toJSON() });
  location.reload();
}

async function post(path: string, body?: unknown) {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json", "X-Jaga-Csrf": "1" }, body: JSON.stringify(body ?? {}) });
  if (!answer.ok) {
    throw new Error(`${path} answered ${answer.status}`);
  }
  return answer.json();
}
