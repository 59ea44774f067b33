using System.Globalization;

namespace Jaga.Matching;

/// <summary>
/// The signals in memory as files in the data folder, so that a start need not read them all from the database: a folder for each snapshot, named by its
/// change number. It gets its name when all of it is on the disk.
/// </summary>
internal sealed class Snapshots(StorageSettings storage, ILogger logger)
{
    private string Root => Path.Combine(storage.Data, "matching");

    /// <summary>The newest snapshot; null where there is none, or none that can be believed, which is logged.</summary>
    /// <param name="footprint">What the database says about the changes up to a number: it must be what it said when the snapshot was written.</param>
    public async Task<(Known Known, long Seq, HashSet<int> FarPdq, HashSet<int> FarText)?> Newest(Func<long, Task<string>> footprint)
    {
        foreach (var (folder, seq) in All().OrderByDescending(s => s.Seq))
        {
            try
            {
                var known = Known.Open(folder, out var written, out var then, out var far);
                if (written != seq || then != await footprint(seq))
                {
                    throw new InvalidDataException("It belongs to another database, or to another time of this one.");
                }

                return (known, seq, far.Pdq, far.Text);
            }
            catch (Exception bad) when (bad is InvalidDataException or IOException or UnauthorizedAccessException or FormatException or ArgumentException or OverflowException or IndexOutOfRangeException)
            {
                logger.LogWarning("The snapshot {Folder} cannot be used and the signals are read from the database: {Reason}", folder, bad.Message);
            }
        }

        return null;
    }

    /// <summary>Writes a snapshot and then removes those before it. <paramref name="start"/> settles what is written before it returns.</summary>
    public async Task Write(long seq, Func<string, Task> start)
    {
        Directory.CreateDirectory(Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var (fresh, named) = (Path.Combine(Root, $"writing-{Path.GetRandomFileName()}"), Path.Combine(Root, seq.ToString(CultureInfo.InvariantCulture)));
        Directory.CreateDirectory(fresh, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var writing = start(fresh);
        try
        {
            await writing;
            Durable.SyncFolder(fresh);
            if (Directory.Exists(named))
            {
                Directory.Delete(named, recursive: true);
            }

            Directory.Move(fresh, named);
            Durable.SyncFolder(Root);
            foreach (var (old, _) in All().Where(s => s.Seq != seq))
            {
                Directory.Delete(old, recursive: true);
            }
        }
        finally
        {
            if (Directory.Exists(fresh))
            {
                Directory.Delete(fresh, recursive: true);
            }
        }
    }

    private List<(string Folder, long Seq)> All() => Directory.Exists(Root)
        ? [.. Directory.EnumerateDirectories(Root).Select(f => (Folder: f, Seq: long.TryParse(Path.GetFileName(f), NumberStyles.None, CultureInfo.InvariantCulture, out var seq) ? seq : -1)).Where(s => s.Seq >= 0)]
        : [];
}
