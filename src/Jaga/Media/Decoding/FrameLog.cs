using Jaga.Hashing;

namespace Jaga.Media.Decoding;

/// <summary>Fingerprints frames as they come and keeps the first one's pixels. Frames that hash alike become one.</summary>
internal sealed class FrameLog : IDisposable
{
    /// <summary>The first frame, upright; null until there is one.</summary>
    public Pixels? First { get; private set; }

    /// <summary>Eight hashes of the first frame; none if there is none, if it is too small to have any, or if it is one plain surface.</summary>
    public PdqHash[] Dihedral { get; private set; } = [];

    /// <summary>The first frame's quality.</summary>
    public int Quality { get; private set; }

    /// <summary>Frames added.</summary>
    public int Count { get; private set; }

    /// <summary>What was added.</summary>
    public VpdqFingerprint Frames { get; } = new();

    /// <summary>Fingerprints a frame. The first one is kept, and disposed with this; the others stay their caller's.</summary>
    /// <param name="seconds">Its time in the film or animation; 0 for what has no time.</param>
    public void Add(Pixels frame, double seconds = 0)
    {
        var isFirst = First is null;
        First ??= frame;
        if (Math.Min(frame.Width, frame.Height) < Pdq.MinimumSide)
        {
            Count++; // no hash is better than one of zeros, which would match every other such
            return;
        }

        if (isFirst)
        {
            Dihedral = new PdqHash[Pdq.DihedralCount];
            Quality = frame.Channels == 1
                ? Pdq.HashAll(frame.Span, frame.Width, frame.Height, frame.Stride, Dihedral)
                : Pdq.HashAllRgb(frame.Span, frame.Width, frame.Height, frame.Stride, Dihedral);
            Frames.Add(new(Count++, new(Dihedral[0], Quality), seconds));
            if (Quality == 0)
            {
                Dihedral = []; // what noise there is says nothing of a plain surface
            }

            return;
        }

        Frames.Add(new(Count++, frame.Channels == 1
            ? Pdq.Hash(frame.Span, frame.Width, frame.Height, frame.Stride)
            : Pdq.HashRgb(frame.Span, frame.Width, frame.Height, frame.Stride), seconds));
    }

    public void Dispose() => First?.Dispose();
}
