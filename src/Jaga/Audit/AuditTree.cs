namespace Jaga.Audit;

/// <summary>The one row that says how long the log is, and holds the right edge of its tree. Locking it is how writers take turns.</summary>
public sealed class AuditHead
{
    public int Id { get; init; }

    /// <summary>Lines in the log.</summary>
    public long Size { get; init; }

    /// <summary><see cref="Audit.Frontier.ToBytes"/>.</summary>
    public byte[] Frontier { get; init; } = [];

    internal Frontier Edge() => new(Size, Frontier);

    internal sealed class Table : IEntityTypeConfiguration<AuditHead>
    {
        public void Configure(EntityTypeBuilder<AuditHead> builder) => builder.ToTable("audit_head");
    }
}

/// <summary>
/// 256 neighbouring hashes of the tree, in the layout of C2SP tlog-tiles: level 0 holds leaves, level n the roots of the full tiles of level n − 1.
/// A tile is written once, when it is full; what is not yet full follows from the rows below it.
/// </summary>
public sealed class AuditTile
{
    /// <summary>Hashes in a tile, and the height of one level in powers of two.</summary>
    public const int Width = 256, Height = 8;

    public int Level { get; init; }

    /// <summary>Which tile of its level, from 0.</summary>
    public long Number { get; init; }

    /// <summary>256 hashes of 32 bytes.</summary>
    public required byte[] Hashes { get; init; }

    /// <summary>The root over them: an entry of the level above.</summary>
    public required byte[] Root { get; init; }

    internal static AuditTile Of(int level, long number, IReadOnlyList<byte[]> hashes) =>
        new() { Level = level, Number = number, Hashes = [.. hashes.SelectMany(h => h)], Root = Merkle.Perfect(hashes) };

    internal sealed class Table : IEntityTypeConfiguration<AuditTile>
    {
        public void Configure(EntityTypeBuilder<AuditTile> builder) => builder.ToTable("audit_tiles").HasKey(t => new { t.Level, t.Number });
    }
}

/// <summary>Reads the tree over the log: roots of any past size, and proofs, from a few tiles (RFC 6962, 2.1.1 and 2.1.2).</summary>
public sealed class AuditTree(Db db)
{
    private readonly Dictionary<(int Level, long Number), byte[][]> _read = [];

    /// <summary>The root of the first <paramref name="size"/> lines.</summary>
    public async Task<byte[]> Root(long size, CancellationToken ct) => size == 0 ? Merkle.EmptyRoot : await Range(0, size, ct);

    /// <summary>The audit path from line <paramref name="index"/> to the root of the first <paramref name="size"/> lines, nearest sibling first.</summary>
    public async Task<IReadOnlyList<byte[]>> Inclusion(long index, long size, CancellationToken ct)
    {
        var path = new List<byte[]>();
        var (start, end) = (0L, size);
        while (end - start > 1)
        {
            var split = start + Split(end - start);
            path.Add(index < split ? await Range(split, end, ct) : await Range(start, split, ct));
            (start, end) = index < split ? (start, split) : (split, end);
        }

        path.Reverse();
        return path;
    }

    /// <summary>The hashes that show the tree of <paramref name="to"/> lines to begin with the tree of <paramref name="from"/> lines.</summary>
    public async Task<IReadOnlyList<byte[]>> Consistency(long from, long to, CancellationToken ct)
    {
        var path = new List<byte[]>();
        if (from == 0 || from == to)
        {
            return path;
        }

        // The old tree's own root is known to whoever asks, as long as the path never left it.
        var (start, end, whole) = (0L, to, true);
        while (from != end)
        {
            var split = start + Split(end - start);
            if (from <= split)
            {
                path.Add(await Range(split, end, ct));
                end = split;
            }
            else
            {
                path.Add(await Range(start, split, ct));
                (start, whole) = (split, false);
            }
        }

        if (!whole)
        {
            path.Add(await Range(start, end, ct));
        }

        path.Reverse();
        return path;
    }

    // The largest power of two smaller than n.
    private static long Split(long n) => 1L << (63 - (int)long.LeadingZeroCount(n - 1));

    // The root over the lines from start up to end, where start is a multiple of the subtree's width, as in all ranges of RFC 6962.
    private async Task<byte[]> Range(long start, long end, CancellationToken ct)
    {
        var peaks = new List<byte[]>();
        while (start < end)
        {
            var height = 63 - (int)long.LeadingZeroCount(end - start);
            peaks.Add(await Subtree(height, start >> height, ct));
            start += 1L << height;
        }

        return Frontier.Fold(peaks);
    }

    private async Task<byte[]> Subtree(int height, long number, CancellationToken ct)
    {
        var (level, within) = (height / AuditTile.Height, height % AuditTile.Height);
        var first = number << within;
        var tile = await Tile(level, first / AuditTile.Width, ct);
        var offset = (int)(first % AuditTile.Width);
        if (tile.Length < offset + (1 << within))
        {
            // The log grew since the tile was read, before it was full.
            _read.Remove((level, first / AuditTile.Width));
            tile = await Tile(level, first / AuditTile.Width, ct);
        }

        return Merkle.Perfect(tile[offset..(offset + (1 << within))]);
    }

    private async Task<byte[][]> Tile(int level, long number, CancellationToken ct)
    {
        if (!_read.TryGetValue((level, number), out var hashes))
        {
            var full = await db.Set<AuditTile>().AsNoTracking().SingleOrDefaultAsync(t => t.Level == level && t.Number == number, ct);
            hashes = full is null ? await Partial(db, level, number * AuditTile.Width, (number + 1) * AuditTile.Width, ct) : [.. full.Hashes.Chunk(Merkle.HashBytes)];
            _read[(level, number)] = hashes;
        }

        return hashes;
    }

    // The entries of a level from first up to end, from the rows that they came from.
    internal static async Task<byte[][]> Partial(Db db, int level, long first, long end, CancellationToken ct) => level == 0
        ? await db.AuditLines.Where(l => l.Seq >= first && l.Seq < end).OrderBy(l => l.Seq).Select(l => l.Leaf).ToArrayAsync(ct)
        : await db.Set<AuditTile>().Where(t => t.Level == level - 1 && t.Number >= first && t.Number < end).OrderBy(t => t.Number).Select(t => t.Root).ToArrayAsync(ct);
}
