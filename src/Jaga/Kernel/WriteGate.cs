namespace Jaga.Kernel;

/// <summary>
/// SQLite has one writer at a time. Writers of this process take turns here, first come first served, instead of finding the file
/// busy and sleeping; between processes the file's own lock still holds. On PostgreSQL the gate is always open.
/// </summary>
public sealed class WriteGate(StorageSettings storage) : IDisposable
{
    private readonly SemaphoreSlim? _turn = Storage.IsPostgres(storage.Effective) ? null : new(1, 1);

    private long _turns;

    /// <summary>Turns taken since the start.</summary>
    internal long Turns => Interlocked.Read(ref _turns);

    /// <summary>Waits for this writer's turn. Dispose the answer to give the turn on.</summary>
    public async ValueTask<IDisposable?> Enter(CancellationToken ct)
    {
        if (_turn is null)
        {
            return null;
        }

        await _turn.WaitAsync(ct);
        Interlocked.Increment(ref _turns);
        return new Turn(_turn);
    }

    public void Dispose() => _turn?.Dispose();

    private sealed class Turn(SemaphoreSlim gate) : IDisposable
    {
        private int _given;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _given, 1) == 0)
            {
                gate.Release();
            }
        }
    }
}
