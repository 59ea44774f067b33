using System.Globalization;
using Jaga.Audit;

namespace Jaga.Witnesses;

/// <summary>
/// The folder outside the house where each checkpoint lies under a name of its own, <c>checkpoint-SIZE</c>: one that cannot be overwritten keeps them all.
/// What lies there is compared with the log before anything is added, so that a log that was cut short or rewritten does not go on beside its own past.
/// </summary>
public sealed class CheckpointFolder(Db db, AuditTree tree, WitnessSettings settings)
{
    private const string Prefix = "checkpoint-";

    /// <summary>Adds <paramref name="newest"/>, unless it is there.</summary>
    /// <exception cref="WitnessRefused">What lies there is another log's, or not what this log signed.</exception>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public async Task Add(StoredCheckpoint newest, CancellationToken ct)
    {
        var largest = Directory.EnumerateFiles(settings.Folder, Prefix + "*").Max(SizeOf);
        if (largest is { } last)
        {
            await Compare(last, newest, ct);
        }

        if (!File.Exists(PathOf(newest.Size)))
        {
            await Durable.Write(PathOf(newest.Size), newest.Note, ct);
        }
        else if (largest != newest.Size)
        {
            await Compare(newest.Size, newest, ct);
        }
    }

    private async Task Compare(long size, StoredCheckpoint newest, CancellationToken ct)
    {
        var (path, ours) = (PathOf(size), Checkpoint.Parse(SignedNote.Parse(newest.Note).Text));
        Checkpoint there;
        try
        {
            there = Checkpoint.Parse(SignedNote.Parse(await File.ReadAllTextAsync(path, ct)).Text);
        }
        catch (FormatException unreadable)
        {
            throw new WitnessRefused($"{path} is no checkpoint any more: {unreadable.Message}", WitnessFault.Against);
        }

        if (there.Origin != ours.Origin)
        {
            throw new WitnessRefused($"{path} is a checkpoint of another log, {there.Origin}. Give each log a folder of its own.", WitnessFault.House);
        }

        var log = await db.Set<AuditHead>().Select(h => h.Size).SingleAsync(ct);
        if (there.Size > log)
        {
            throw new WitnessRefused($"{path} covers {there.Size} lines of this log, which now has {log}: the log was cut short, or a copy of it goes on elsewhere.", WitnessFault.Against);
        }

        if (there.Size != size || !(await tree.Root(size, ct)).AsSpan().SequenceEqual(there.Root))
        {
            throw new WitnessRefused($"{path} is not the checkpoint of the first {size} lines of this log: the log was rewritten, or the file was.", WitnessFault.Against);
        }
    }

    private string PathOf(long size) => Path.Combine(settings.Folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{size}"));

    private static long? SizeOf(string path) => long.TryParse(Path.GetFileName(path).AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : null;
}
