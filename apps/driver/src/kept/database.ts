const databaseName = "vestibule-driver";
const storeName = "kept";

/**
 * What this origin's IndexedDB keeps, one record per name. Codes of parcels are never among them:
 * they live in memory for five minutes.
 */
export type KeptName = "handset" | "session" | "today" | "no-access" | "withdrawal";

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(databaseName, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(storeName);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("the key store is held by another version"));
  });
}

async function run<T>(
  mode: IDBTransactionMode,
  act: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(storeName, mode, { durability: "strict" });
      const request = act(transaction.objectStore(storeName));
      // Resolved at completion, not at success: an enrolment must be on disk before it is sent.
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
      transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** The record of this name as it was stored, unread; `undefined` where there is none. */
export function fetchKept(name: KeptName): Promise<unknown> {
  return run<unknown>("readonly", (store) => store.get(name));
}

/** Keeps a record and forgets others in the same step; resolves when that is on disk. */
export async function keep(
  name: KeptName,
  value: unknown,
  forgotten: readonly KeptName[] = [],
): Promise<void> {
  await run("readwrite", (store) => {
    for (const other of forgotten) store.delete(other);
    return store.put(value, name);
  });
}

/** Deletes one record. */
export async function forget(name: KeptName): Promise<void> {
  await run("readwrite", (store) => store.delete(name));
}

/** Deletes everything this app keeps: key, badge, papers, session. */
export async function forgetAll(): Promise<void> {
  await run("readwrite", (store) => store.clear());
}
