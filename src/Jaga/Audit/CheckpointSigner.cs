using System.Text;

namespace Jaga.Audit;

/// <summary>Signs checkpoints. The default is <see cref="MasterKeySigner"/>; a hardware module or a witness is another.</summary>
public interface ICheckpointSigner
{
    /// <summary>What the signatures are verified with: made public, and kept outside Jaga by whoever will check.</summary>
    VerifierKey Verifier { get; }

    /// <summary>Signs <paramref name="text"/> as a line of a signed note.</summary>
    ValueTask<NoteSignature> Sign(string text, CancellationToken ct);
}

/// <summary>Signs with an Ed25519 key derived from the master key, so that every node of one installation signs as one, and no second secret needs a backup.</summary>
public sealed class MasterKeySigner(MasterKey master, AuditSettings settings) : ICheckpointSigner
{
    private readonly byte[] _seed = master.Derive("audit/checkpoint");

    public VerifierKey Verifier => field ??= new(settings.Origin, Ed25519.PublicKey(_seed));

    public ValueTask<NoteSignature> Sign(string text, CancellationToken ct) =>
        ValueTask.FromResult(new NoteSignature(Verifier.Name, Verifier.Id, Ed25519.Sign(_seed, Encoding.UTF8.GetBytes(text))));
}

/// <summary>How the audit log presents itself. <c>Jaga__Audit__…</c></summary>
public sealed record AuditSettings
{
    /// <summary>The log's name on its checkpoints: a URL without scheme that is yours alone, e.g. <c>safety.example.org/audit</c>. Set it before the first line is written.</summary>
    public string Origin { get; init; } = "jaga.local/audit";

    internal IEnumerable<string> Wrong()
    {
        if (!VerifierKey.IsName(Origin))
        {
            yield return $"Audit:Origin is '{Origin}'. It takes a name without spaces and plus signs, such as safety.example.org/audit.";
        }
    }
}
