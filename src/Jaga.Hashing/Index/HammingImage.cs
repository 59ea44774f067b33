namespace Jaga.Hashing;

/// <summary>What an index holds at one moment, on its way to a file. Later additions and removals are not in it.</summary>
internal sealed class HammingImage
{
    private readonly HammingSegment[] _segments;
    private readonly ulong[][] _removed;
    private readonly HammingRows _loose;

    /// <summary>Notes what is there. The caller keeps additions and removals out until this returns, which is soon.</summary>
    internal HammingImage(HammingSnapshot now)
    {
        _segments = now.Segments;
        _removed = [.. now.Segments.Select(segment => segment.Rows.CopyOfRemoved())];
        HammingRows[] loose = [.. now.Closed, now.Tail];
        _loose = new(loose.Sum(rows => rows.LiveCount));
        foreach (var rows in loose)
            _loose.AppendLive(rows, rows.Count, rows.CopyOfRemoved());
    }

    /// <summary>Writes it, with a note of the caller's.</summary>
    internal void Save(string path, ReadOnlySpan<byte> note, CancellationToken cancellation)
    {
        using var file = new IndexWriter(IndexHeader.Hamming, path, cancellation);
        file.Number(note.Length);
        file.Section(note);
        file.Number(_segments.Length);
        foreach (var (segment, removed) in _segments.Zip(_removed))
            segment.Save(file, removed);
        _loose.Save(file, _loose.Count, _loose.CopyOfRemoved());
        file.Finish(_loose.Count + _segments.Zip(_removed, (segment, removed) => segment.Rows.LiveCountWith(removed)).Sum());
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    internal static HammingSnapshot Open(IndexReader file, out byte[] note)
    {
        var noteBytes = file.Number();
        note = file.Section<byte>(noteBytes).Values<byte>(0, noteBytes).ToArray();
        var segments = new HammingSegment[file.Number()];
        for (var i = 0; i < segments.Length; i++)
            segments[i] = HammingSegment.Open(file);
        var empty = HammingSnapshot.Empty();
        var loose = HammingRows.Open(file);
        return loose.Count == 0 ? empty with { Segments = segments } : empty with { Segments = segments, Tail = loose.Enlarged() };
    }
}
