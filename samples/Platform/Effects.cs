using System.Text.Json;

namespace Platform;

/// <summary>Something that was done because Jaga asked: an item removed, an account banned, a group closed.</summary>
/// <param name="Action">Jaga's id of the action: the same at every try, so that it has effect once.</param>
public sealed record Effect(string Action, string Verb, string TargetKind, string TargetId, string Receipt, DateTimeOffset At);

/// <summary>
/// The platform's state: what was done, by action. Each effect is a line in a journal on disk before it is confirmed,
/// so that a platform which is killed and started again still knows what it did.
/// </summary>
public sealed class Effects : IDisposable
{
    private readonly Lock _turn = new();
    private readonly Dictionary<string, Effect> _byAction = [];
    private readonly FileStream _journal;

    public Effects(string journal)
    {
        _journal = new(journal, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        Replay();
    }

    /// <summary>All effects, in the order in which they came about.</summary>
    public IReadOnlyCollection<Effect> All
    {
        get
        {
            lock (_turn)
            {
                return [.. _byAction.Values];
            }
        }
    }

    /// <summary>Has the action take effect, unless it did before; then the first effect is the answer.</summary>
    public (Effect Effect, bool IsNew) Apply(string action, string verb, string targetKind, string targetId, DateTimeOffset at)
    {
        lock (_turn)
        {
            if (_byAction.TryGetValue(action, out var before))
            {
                return (before, false);
            }

            var effect = new Effect(action, verb, targetKind, targetId, $"platform-{_byAction.Count + 1}", at);
            _journal.Write([.. JsonSerializer.SerializeToUtf8Bytes(effect), (byte)'\n']);
            _journal.Flush(flushToDisk: true);
            _byAction.Add(action, effect);
            return (effect, true);
        }
    }

    public void Dispose() => _journal.Dispose();

    // A last line that a crash cut short was never confirmed: it is cut off, and Jaga sends that action again.
    private void Replay()
    {
        using var bytes = new MemoryStream();
        _journal.CopyTo(bytes);
        var text = bytes.ToArray().AsSpan();
        var whole = text.LastIndexOf((byte)'\n') + 1;
        _journal.SetLength(whole);
        _journal.Seek(0, SeekOrigin.End);
        foreach (var line in System.Text.Encoding.UTF8.GetString(text[..whole]).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var effect = JsonSerializer.Deserialize<Effect>(line)!;
            _byAction.Add(effect.Action, effect);
        }
    }
}
