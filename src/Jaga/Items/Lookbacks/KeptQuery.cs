using Jaga.Banks;
using Jaga.Hashing;
using Jaga.Items.Fingerprints;
using Jaga.Matching;

namespace Jaga.Items.Lookbacks;

/// <summary>What was looked for when an item was checked, from what was kept of it: the same question as then.</summary>
internal static class KeptQuery
{
    /// <param name="hashes">The check's own hashes.</param>
    /// <param name="item">Its row, which has the digests.</param>
    public static MatchQuery Of(ReadOnlySpan<byte> hashes, Item item)
    {
        PdqFingerprint? pdq = null;
        var dihedral = new PdqHash[Pdq.DihedralCount];
        var (turned, frames, film) = (false, new List<(int, PdqFingerprint)>(), new VpdqFingerprint());
        var (text, textDigest, keys, vectors) = ((PdqHash?)null, (Digest?)null, new List<(SignalType, Digest)>(), new List<byte[]>());
        for (; !hashes.IsEmpty; hashes = hashes[KeptHash.Bytes..])
        {
            var kept = KeptHash.Read(hashes);
            switch (kept.Form)
            {
                case HashForm.Frame:
                    frames.Add((kept.Frame, new(kept.Hash, kept.Quality)));
                    film.Add(Frame(kept));
                    break;
                case HashForm.FilmFrame:
                    film.Add(Frame(kept));
                    break;
                case HashForm.Text:
                    text = kept.Hash;
                    break;
                case HashForm.TextDigest:
                    textDigest = Sha256(kept.Hash);
                    break;
                case HashForm.Link:
                    keys.Add((SignalType.Url, Sha256(kept.Hash)));
                    break;
                case HashForm.Named:
                    keys.Add((SignalType.External, Sha256(kept.Hash)));
                    break;
                case HashForm.Vector:
                    Part(kept);
                    break;
                case HashForm.Alone:
                    pdq = new(kept.Hash, kept.Quality);
                    break;
                case HashForm.Picture:
                    (pdq, turned) = (new(kept.Hash, kept.Quality), true);
                    Both(kept.Hash, Dihedral.Original, Dihedral.FlipPlus1);
                    break;
                case HashForm.FlipY:
                    Both(kept.Hash, Dihedral.FlipY, Dihedral.Rotate90);
                    break;
                case HashForm.Rotate180:
                    Both(kept.Hash, Dihedral.Rotate180, Dihedral.FlipMinus1);
                    break;
                case HashForm.FlipX:
                    Both(kept.Hash, Dihedral.FlipX, Dihedral.Rotate270);
                    break;
                default:
                    break; // of a later version
            }
        }

        return new()
        {
            Pdq = pdq,
            Dihedral = turned ? dihedral : [],
            Frames = frames,
            Film = film,
            TextBits = text,
            TextDigest = textDigest,
            Keys = keys,
            Vectors = [.. vectors.Select(v => (ReadOnlyMemory<byte>)v)],
            Digests = [.. Digests(DigestAlgorithm.Md5, item.Md5), .. Digests(DigestAlgorithm.Sha1, item.Sha1), .. Digests(DigestAlgorithm.Sha256, item.Sha256)],
        };

        void Part(in KeptHash kept)
        {
            if (kept.Frame == 0)
            {
                vectors.Add(new byte[VectorIndex.Bytes]);
            }

            var from = kept.Frame * PdqHash.Bytes;
            kept.Hash.ToArray().AsSpan(0, Math.Min(PdqHash.Bytes, VectorIndex.Bytes - from)).CopyTo(vectors[^1].AsSpan(from));
        }

        void Both(PdqHash hash, Dihedral straight, Dihedral crossed) => (dihedral[(int)straight], dihedral[(int)crossed]) = (hash, hash.Transposed());
    }

    private static VpdqFrame Frame(in KeptHash kept) => new(kept.Frame, new(kept.Hash, kept.Quality), 0, kept.Seen);

    private static Digest Sha256(in PdqHash bytes) => Digest.FromBytes(DigestAlgorithm.Sha256, bytes.ToArray());

    private static IEnumerable<Digest> Digests(DigestAlgorithm algorithm, byte[]? bytes) => bytes is null ? [] : [Digest.FromBytes(algorithm, bytes)];
}
