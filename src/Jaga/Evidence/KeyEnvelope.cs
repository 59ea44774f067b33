namespace Jaga.Evidence;

/// <summary>Wraps the key of each vault file, so that the files and the database without the wrapping key are worth nothing. A hardware module or a key service is another of these.</summary>
public interface IKeyEnvelope
{
    /// <summary>The name kept beside each wrapped key, so that a vault can hold keys of two envelopes while it moves from one to the other.</summary>
    string Name { get; }

    /// <summary>Wraps a 32-byte key for one file; it can be unwrapped for that file only.</summary>
    ValueTask<byte[]> Wrap(Guid file, byte[] key, CancellationToken ct);

    /// <exception cref="System.Security.Cryptography.CryptographicException">It was not wrapped for this file by this envelope, or was altered.</exception>
    ValueTask<byte[]> Unwrap(Guid file, byte[] wrapped, CancellationToken ct);
}

/// <summary>Wraps with a key derived from the master key, another one for every file.</summary>
public sealed class MasterKeyEnvelope(MasterKey master) : IKeyEnvelope
{
    public string Name => "master-key";

    public ValueTask<byte[]> Wrap(Guid file, byte[] key, CancellationToken ct) => ValueTask.FromResult(master.Seal($"evidence/{file}", key));

    public ValueTask<byte[]> Unwrap(Guid file, byte[] wrapped, CancellationToken ct) => ValueTask.FromResult(master.Open($"evidence/{file}", wrapped));
}
